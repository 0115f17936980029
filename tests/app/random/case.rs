//! A random plan, with what each component does and what happens to the app.

use std::time::Duration;

use fastrand::Rng;
use lifecycle::app::SecondSigterm;
use lifecycle::engine::Signal;
use lifecycle::plan::{EdgeKind, Escalate, OnFinish, Restart, Scope};

use crate::kit::{ms, secs};

/// What a hook does.
#[derive(Clone, Copy, Debug)]
pub(super) enum Act {
    Ok(Duration),
    Error(Duration),
    Panic(Duration),
    Hang,
    /// Waits for its token, then takes a while.
    UntilTold(Duration),
    /// Hangs, and panics when it is dropped.
    HangAndPanic,
}

#[derive(Clone, Debug, Default)]
pub(super) struct Part {
    /// The app needs it although it is added.
    pub(super) required: bool,
    pub(super) service: bool,
    pub(super) needs: Vec<(usize, EdgeKind)>,
    pub(super) optional: bool,
    pub(super) explicit: bool,
    pub(super) on_finish: OnFinish,
    pub(super) retry: u32,
    pub(super) start_timeout: Duration,
    pub(super) stop_timeout: Duration,
    pub(super) load: Option<Act>,
    /// One for each attempt; the last again and again.
    pub(super) starts: Vec<Act>,
    /// One for each call; the last again and again.
    pub(super) runs: Vec<Act>,
    pub(super) restarts: Option<Restarts>,
    /// A promise, and whether it is kept.
    pub(super) heartbeat: Option<(Duration, bool)>,
    /// What a supervised task does in the run loop, once for each call of it.
    pub(super) supervised: Vec<Act>,
    /// Registered by each run.
    pub(super) run_cleanup: Option<Act>,
    pub(super) drain: Option<Act>,
    pub(super) stop: Option<Act>,
    pub(super) health: Option<Act>,
    /// Registered and spawned by the start hook, before it does anything else.
    pub(super) cleanups: Vec<Act>,
    pub(super) tasks: Vec<Act>,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Restarts {
    pub(super) restart: Restart,
    pub(super) scope: Scope,
    pub(super) escalate: Escalate,
    pub(super) max: u32,
    pub(super) within: Duration,
}

impl Restarts {
    fn random(random: &mut Rng) -> Self {
        let one = |random: &mut Rng, of| random.u8(..of) == 0;
        Self {
            restart: [Restart::OnFailure, Restart::Always][usize::from(one(random, 4))],
            scope: scope(random),
            escalate: [Escalate::Shutdown, Escalate::Degrade][usize::from(one(random, 3))],
            max: random.u32(0..6),
            within: ms(random.u64(100..20_000)),
        }
    }
}

fn scope(random: &mut Rng) -> Scope {
    [Scope::Itself, Scope::Dependents][usize::from(random.bool())]
}

/// A change of the component with this number.
#[derive(Clone, Copy, Debug)]
pub(super) enum Ask {
    Disable(usize),
    Enable(usize),
    Restart(usize, Scope),
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Disturbance {
    Ask(Ask),
    /// Adds the parts from the first of these to the one before the second.
    Add(usize, usize),
    Signal(Signal),
    Shutdown,
    ExitCode(u8),
}

#[derive(Clone, Debug)]
pub(super) struct Case {
    pub(super) seed: u64,
    pub(super) parts: Vec<Part>,
    /// How many of them are there from the first; the others are added.
    pub(super) planned: usize,
    /// The app's own cleanups.
    pub(super) cleanups: Vec<Act>,
    pub(super) disturbances: Vec<(Duration, Disturbance)>,
    pub(super) start_budget: Duration,
    pub(super) shutdown_timeout: Duration,
    pub(super) drain_delay: Duration,
    pub(super) max_concurrent_starts: usize,
    pub(super) second_sigterm: SecondSigterm,
}

impl Case {
    pub(super) fn random(seed: u64) -> Self {
        let mut random = Rng::with_seed(seed);
        let calm = random.u8(..4);
        let count = random.usize(1..=12);
        let parts = (0..count).map(|i| Part::random(&mut random, i, calm));
        let mut parts: Vec<Part> = parts.collect();
        let mut disturbances: Vec<_> = (0..random.usize(0..5))
            .map(|_| {
                let what = match random.u8(..8) {
                    0..=2 => Disturbance::Signal(Signal::Interrupt),
                    3..=4 => Disturbance::Signal(Signal::Terminate),
                    5..=6 => Disturbance::Shutdown,
                    _ => Disturbance::ExitCode(random.u8(2..60)),
                };
                (ms(random.u64(..12_000)), what)
            })
            .collect();
        let groups = random.usize(..4) * usize::from(random.bool());
        let mut times: Vec<_> = (0..groups).map(|_| ms(random.u64(..8_000))).collect();
        times.sort_unstable();
        for at in times {
            let first = parts.len();
            for i in first..=first + random.usize(..3) {
                let mut part = Part::random(&mut random, i, calm);
                part.required = random.u8(..4) == 0;
                parts.push(part);
            }
            disturbances.push((at, Disturbance::Add(first, parts.len())));
        }
        let busy = random.u8(..3);
        for _ in 0..random.usize(..1 + usize::from(busy) * 5) {
            let i = random.usize(..parts.len());
            let ask = match random.u8(..4) {
                0 => Ask::Disable(i),
                1 => Ask::Enable(i),
                _ => Ask::Restart(i, scope(&mut random)),
            };
            disturbances.push((ms(random.u64(..12_000)), Disturbance::Ask(ask)));
        }
        // Whatever happens, it ends.
        disturbances.push((secs(60), Disturbance::Shutdown));
        disturbances.sort_by_key(|(at, _)| *at);
        Self {
            seed,
            parts,
            planned: count,
            cleanups: (0..random.usize(..3))
                .map(|_| act(&mut random, calm))
                .collect(),
            disturbances,
            start_budget: [secs(60), secs(2)][usize::from(random.u8(..4) == 0)],
            shutdown_timeout: ms(random.u64(500..15_000)),
            drain_delay: [secs(0), ms(700)][usize::from(random.u8(..4) == 0)],
            max_concurrent_starts: [usize::MAX, 2][usize::from(random.u8(..4) == 0)],
            second_sigterm: [SecondSigterm::Ignore, SecondSigterm::Force]
                [usize::from(random.bool())],
        }
    }
}

impl Part {
    fn random(random: &mut Rng, i: usize, calm: u8) -> Self {
        let maybe = |random: &mut Rng, of: u8| random.u8(..of) == 0;
        let service = random.bool();
        let needs = (0..i)
            .filter(|_| random.u8(..4) == 0)
            .collect::<Vec<_>>()
            .into_iter()
            .map(|to| {
                let kind = match random.u8(..8) {
                    0 => EdgeKind::Optional,
                    1 => EdgeKind::Late,
                    _ => EdgeKind::Hard,
                };
                (to, kind)
            })
            .collect();
        let retry = if maybe(random, 4) {
            random.u32(1..4)
        } else {
            0
        };
        let restarts = maybe(random, 3).then(|| Restarts::random(random));
        let calls = if service { random.usize(1..5) } else { 0 };
        let own = |random: &mut Rng| Some(act(random, calm));
        Self {
            required: false,
            service,
            needs,
            optional: maybe(random, 5),
            explicit: service && maybe(random, 5),
            on_finish: [OnFinish::Finish, OnFinish::Shutdown][usize::from(maybe(random, 6))],
            retry,
            start_timeout: ms(random.u64(200..3_000)),
            stop_timeout: ms(random.u64(100..4_000)),
            load: maybe(random, 8).then(|| act(random, calm)),
            starts: (0..=retry).map(|_| act(random, calm)).collect(),
            runs: (0..calls).map(|_| work(random, calm)).collect(),
            restarts,
            heartbeat: maybe(random, 8).then(|| (ms(random.u64(100..3_000)), random.bool())),
            supervised: (0..usize::from(maybe(random, 5)) * 3)
                .map(|_| work(random, calm))
                .collect(),
            run_cleanup: maybe(random, 4).then(|| act(random, calm)),
            drain: maybe(random, 6).then(|| own(random)).flatten(),
            stop: maybe(random, 2).then(|| own(random)).flatten(),
            health: maybe(random, 5).then(|| own(random)).flatten(),
            cleanups: (0..random.usize(..3)).map(|_| act(random, calm)).collect(),
            tasks: (0..random.usize(..2)).map(|_| work(random, calm)).collect(),
        }
    }
}

/// What hooks that should end do; the calmer the case, the more often well.
fn act(random: &mut Rng, calm: u8) -> Act {
    let after = ms(random.u64(..900) * u64::from(random.bool()));
    match random.u8(..8 + calm * 20) {
        0 => Act::Error(after),
        1 => Act::Panic(after),
        2 => Act::Hang,
        3 => Act::HangAndPanic,
        _ => Act::Ok(after),
    }
}

/// What run loops and tasks do.
fn work(random: &mut Rng, calm: u8) -> Act {
    match random.u8(..4) {
        0 => act(random, calm),
        _ => Act::UntilTold(ms(random.u64(..900) * u64::from(random.bool()))),
    }
}
