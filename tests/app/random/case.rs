//! A random plan, with what each component does and what happens to the app.

use std::time::Duration;

use fastrand::Rng;
use lifecycle::app::SecondSigterm;
use lifecycle::engine::Signal;
use lifecycle::plan::{EdgeKind, OnFinish};

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
    pub(super) run: Option<Act>,
    pub(super) drain: Option<Act>,
    pub(super) stop: Option<Act>,
    pub(super) health: Option<Act>,
    /// Registered and spawned by the start hook, before it does anything else.
    pub(super) cleanups: Vec<Act>,
    pub(super) tasks: Vec<Act>,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Disturbance {
    Signal(Signal),
    Shutdown,
    ExitCode(u8),
}

#[derive(Clone, Debug)]
pub(super) struct Case {
    pub(super) seed: u64,
    pub(super) parts: Vec<Part>,
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
        let parts = parts.collect();
        let mut disturbances: Vec<_> = (0..random.usize(0..4))
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
        // Whatever happens, it ends.
        disturbances.push((secs(60), Disturbance::Shutdown));
        disturbances.sort_by_key(|(at, _)| *at);
        Self {
            seed,
            parts,
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
        let own = |random: &mut Rng| Some(act(random, calm));
        Self {
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
            run: service.then(|| work(random, calm)),
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
