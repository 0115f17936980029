//! The rules: a synchronous state machine that knows no runtime, no clock and no user code.
//!
//! It is given [`Input`]s with the time at which they happened and answers with [`Output`]s: [`Command`]s that
//! somebody has to carry out, and [`LifecycleEvent`]s that anybody may watch. The same inputs give the same outputs,
//! always. It is one idea:
//!
//! Each component is *wanted* or not, and *up* or not. The engine moves the world toward what is wanted, one legal
//! step at a time.
//!
//! - A component *must go* when it is not wanted, has failed, is to be rebuilt, or has a hard dependency that must go.
//! - It starts when it is down, need not go, and all its dependencies are up (an optional one may also be beyond hope).
//! - It stops when it is up, must go, and all its dependents are down. A dependent that could live without it is
//!   waited for only if it is going too.
//! - A start in flight that must go is cancelled; if it succeeds all the same, it is stopped.
//!
//! Start-up is "want everything"; shutdown and rollback are "want nothing", with a reason and a budget. Wanted are the
//! components that roots reach through enabled ones: to disable, to enable and to add are to change that set. To restart
//! a component with its dependents is to mark them until they are down. There is no other path.
//!
//! Once all components are down, the app's own cleanups run, within what the shutdown has left of its time.
//!
//! A restart with [`Scope::Itself`](crate::plan::Scope::Itself) moves nobody: the work is ended and called again. A
//! failure that is answered by a restart is no failure of the app, whatever comes after.
//!
//! Invariants, checked by the property tests after every step:
//!
//! | | |
//! |---|---|
//! | I1 | a start begins only after all dependencies are up |
//! | I2 | a stop begins only after all dependents are down or given up |
//! | I3 | every start that succeeded gets one stop, unless forced or given up; one that did not gets none, but its cleanups run |
//! | I4 | the app ends within its budgets and one second, whatever hangs |
//! | I6 | the same inputs give the same outputs |
//! | I7 | a failure never gives exit code 0 |
//!
//! Work per input is proportional to the edges of the components it moves: each keeps a counter of what it waits for
//! and of who still needs it. Only a request to change what is wanted looks at the whole graph.
//!
//! ```
//! use std::time::Duration;
//! use lifecycle::engine::{Command, Ending, Engine, Facts, Input, Limits, Output};
//! use lifecycle::plan::{Declaration, EdgeKind, Plan, Stage};
//!
//! let mut plan = Plan::builder();
//! let cache = plan.add(Declaration::resource("Cache", "shop", 0, 0));
//! let api = plan.add(Declaration::resource("Api", "shop", 1, 0));
//! plan.depend(api, cache, EdgeKind::Hard);
//! let plan = plan.build()?;
//!
//! let mut engine = Engine::new(&plan, |_| Facts::default(), Limits::default());
//! let commands = |engine: &mut Engine| -> Vec<Command> {
//!     engine.outputs().filter_map(|output| match output { Output::Command(c) => Some(c), _ => None }).collect()
//! };
//! engine.handle(Duration::ZERO, Input::Begin);
//! assert_eq!(commands(&mut engine), [Command::Start(0)]);
//! engine.handle(Duration::from_millis(3), Input::Ended(0, Stage::Start, Ending::Ok));
//! assert_eq!(commands(&mut engine), [Command::Start(1)]);
//! # Ok::<(), lifecycle::plan::PlanError>(())
//! ```

mod budget;
mod build;
mod cause;
mod change;
mod cleanup;
mod input;
mod marks;
mod node;
mod output;
mod restart;
mod shutdown;
mod start;
mod stop;
mod supervision;
mod timers;
mod wanted;

use std::collections::VecDeque;
use std::time::Duration;

pub use build::Addition;
pub use cause::{Cause, Failure, FailureKind, exit};
pub use change::{Op, Refusal, Request};
pub use input::{Ending, Input, Key, Moment, Signal};
pub use node::State;
pub use output::{Change, Command, Force, LifecycleEvent, Output, Phase, What};
pub(crate) use supervision::{Supervision, Verdict};

use budget::Budget;
use cause::Tally;
use change::Operation;
use node::{Link, Node};
use timers::Timers;

use crate::plan::{EdgeKind, Plan, Policy, Stage};

/// After an abort, what remains of a component or of the app gets this long.
pub const LAST_CALL: Duration = Duration::from_secs(1);

/// How long aborted code may take to end before it is given up: only code that blocks its thread takes any time.
pub const ABORT_GRACE: Duration = Duration::from_millis(500);

/// What a second SIGTERM does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum SecondSigterm {
    /// It is said in the log, and nothing else happens: orchestrators send it more than once.
    #[default]
    Ignore,
    /// It forces the end, as a second SIGINT does.
    Force,
}

/// The limits of an app.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Limits {
    /// The longest time for load and start in all. Default: 60 s.
    pub start_budget: Duration,
    /// The longest time for a shutdown in all, drain delay included. Default: 25 s.
    pub shutdown_timeout: Duration,
    /// How long everything still serves after readiness turned false. Default: 0 s.
    pub drain_delay: Duration,
    /// How many components may start at once. Default: no limit.
    pub max_concurrent_starts: usize,
    /// What a second SIGTERM does. Default: nothing.
    pub second_sigterm: SecondSigterm,
    /// The seed of the jitter in backoffs.
    pub seed: u64,
}

impl Limits {
    /// The defaults.
    pub const DEFAULT: Self = Self {
        start_budget: Duration::from_secs(60),
        shutdown_timeout: Duration::from_secs(25),
        drain_delay: Duration::ZERO,
        max_concurrent_starts: usize::MAX,
        second_sigterm: SecondSigterm::Ignore,
        seed: 0,
    };
}

impl Default for Limits {
    fn default() -> Self {
        Self::DEFAULT
    }
}

/// What the engine has to know of a component's code.
#[derive(Clone, Copy, Debug, Default)]
pub struct Facts {
    /// It has a load hook.
    pub loads: bool,
    /// It has a run loop.
    pub runs: bool,
}

/// The state machine. See the [module](self) for its rules.
#[derive(Debug)]
pub struct Engine {
    limits: Limits,
    plan: Plan,
    /// The policies of components that were added.
    added: Vec<Policy>,
    nodes: Vec<Node>,
    dependencies: Vec<Link>,
    dependents: Vec<Link>,
    /// Handles without an order, by who holds them.
    late: Vec<(Key, Key)>,
    budget: Budget,
    timers: Timers,
    random: fastrand::Rng,

    phase: Phase,
    now: Moment,
    cause: Option<Cause>,
    forced: Option<Force>,
    tally: Tally,
    wanted_exit: u8,
    signals: u32,

    /// Components to look at before this input is done.
    dirty: VecDeque<Key>,
    /// Empty; the room of walks over dependents.
    todo: Vec<Key>,
    /// Components that wait for a place among those that start.
    queue: VecDeque<Key>,
    check_only: bool,
    starting: usize,
    loading: usize,
    load_failed: Option<Key>,
    live: usize,
    /// Components that may still come up in this start.
    coming: usize,
    /// Services that are neither finished nor lost.
    busy_services: usize,
    services: usize,
    unwanted_services: usize,
    main: Option<Key>,

    /// Requests that came before the start.
    early: Vec<(Op, Request)>,
    /// Requests whose effect is not complete.
    operations: Vec<Operation>,
    out: VecDeque<Output>,
    /// Components that were lost, or found again, of which nobody has heard yet.
    turned: Vec<Key>,
}

impl Engine {
    /// Takes one input that happened at `now`, which never runs backwards: an earlier time counts as the last one.
    ///
    /// What follows from it waits in [`outputs`](Self::outputs). Once the app has ended, inputs change nothing, and
    /// requests are refused.
    ///
    /// # Panics
    ///
    /// If the input concerns a component that there is not.
    pub fn handle(&mut self, now: Moment, input: Input) {
        self.now = self.now.max(now);
        if self.phase == Phase::Ended {
            if let Input::Ask(op, _) = input {
                self.answer(op, Err(Refusal::Stopping));
            }
            return;
        }
        match input {
            Input::Begin => self.begin(false),
            Input::Check => self.begin(true),
            Input::Ended(key, Stage::Load, ending) => self.loaded(key, ending),
            Input::Ended(key, Stage::Start, ending) => self.started(key, ending),
            Input::Ended(key, stage, ending) => self.work_ended(key, stage, ending),
            Input::Idle(key) => self.idle(key),
            Input::Ready(key) => self.ready(key),
            Input::Extend(key, by) => self.extend(key, by),
            Input::Beat(key) => self.beat(key),
            Input::Ask(op, request) => self.ask(op, request),
            Input::AppCleanupEnded(ending) => self.app_cleanup_ended(ending),
            Input::AppCleaned => self.app_cleaned(),
            Input::Shutdown => self.shut_down(Cause::Requested),
            Input::ExitCode(code) => self.wanted_exit = code,
            Input::Signal(signal) => self.signal(signal),
            Input::Tick => {}
        }
        self.expire();
        self.settle();
        self.answer_operations();
    }

    /// The outputs since the last call, in order.
    pub fn outputs(&mut self) -> impl Iterator<Item = Output> + '_ {
        self.out.drain(..)
    }

    /// The next output, if there is one.
    pub fn next_output(&mut self) -> Option<Output> {
        self.out.pop_front()
    }

    /// When [`Input::Tick`] is due.
    pub fn next_deadline(&mut self) -> Option<Moment> {
        self.timers.next(&mut self.nodes)
    }

    /// When the start, or the stop, that is under way has used up its time.
    pub fn app_deadline(&self) -> Option<Moment> {
        let timers = &self.timers;
        timers.start.or(timers.total).or(timers.force)
    }

    /// The phase of the app.
    pub fn phase(&self) -> Phase {
        self.phase
    }

    /// The state of a component.
    ///
    /// # Panics
    ///
    /// If there is no such component.
    #[track_caller]
    pub fn state(&self, key: Key) -> State {
        self.nodes[key as usize].state
    }

    /// The limits of the app.
    pub(crate) fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Until when the component has to be done with what it is doing, or to show that it is alive, if there is a limit.
    ///
    /// # Panics
    ///
    /// If there is no such component.
    #[track_caller]
    pub fn deadline(&self, key: Key) -> Option<Moment> {
        self.nodes[key as usize].deadline
    }

    /// Whether the component will not be up any more, nor again, as things are: it is not wanted, has failed for good, or is
    /// in hard need of one that is lost.
    ///
    /// # Panics
    ///
    /// If there is no such component.
    #[track_caller]
    pub fn is_lost(&self, key: Key) -> bool {
        self.nodes[key as usize].lost()
    }

    /// A component that was [lost](Self::is_lost), or found again, since this was last asked.
    pub(crate) fn next_turned(&mut self) -> Option<Key> {
        self.turned.pop()
    }

    /// Whether the app cannot do without this component: it is a root, or a hard or late dependency of a required one,
    /// and not declared optional.
    ///
    /// # Panics
    ///
    /// If there is no such component.
    #[track_caller]
    pub fn is_required(&self, key: Key) -> bool {
        self.nodes[key as usize].required
    }

    /// Why the app stops, once it does.
    pub fn cause(&self) -> Option<Cause> {
        self.cause
    }

    /// What cut the stop short, if anything did.
    pub fn forced(&self) -> Option<Force> {
        self.forced
    }

    /// The exit code that follows from all that has happened so far.
    pub fn exit_code(&self) -> u8 {
        self.failure_code().unwrap_or(self.wanted_exit)
    }

    /// The component whose failure makes this one go: itself, or the nearest that it cannot do without.
    ///
    /// # Panics
    ///
    /// If there is no such component.
    pub fn culprit(&self, key: Key) -> Option<Key> {
        let mut near = VecDeque::from([key]);
        let mut seen = vec![false; self.nodes.len()];
        while let Some(key) = near.pop_front() {
            let node = &self.nodes[key as usize];
            if node.failed {
                return Some(key);
            }
            if std::mem::replace(&mut seen[key as usize], true) {
                continue;
            }
            let needed = self.links(key).iter();
            let needed = needed.filter(|link| link.kind == EdgeKind::Hard);
            near.extend(
                needed
                    .map(|link| link.key)
                    .filter(|key| self.nodes[*key as usize].lost()),
            );
        }
        None
    }

    /// The exit code of a failure, if there was one that the app does not tolerate.
    pub fn failure_code(&self) -> Option<u8> {
        cause::failure_code(self.cause, self.forced, self.tally)
    }

    fn policy(&self, key: Key) -> &Policy {
        let planned = self.plan.nodes();
        match planned.get(key as usize) {
            Some(node) => &node.declaration().policy,
            None => &self.added[key as usize - planned.len()],
        }
    }

    /// What a component depends on, in order.
    fn links(&self, key: Key) -> &[Link] {
        let (from, to) = self.nodes[key as usize].dependencies;
        &self.dependencies[from as usize..to as usize]
    }

    fn node(&mut self, key: Key) -> &mut Node {
        &mut self.nodes[key as usize]
    }

    fn keys(&self) -> std::ops::Range<Key> {
        0..self.nodes.len() as Key
    }

    fn command(&mut self, command: Command) {
        self.out.push_back(Output::Command(command));
    }

    fn event(&mut self, what: What) {
        self.out
            .push_back(Output::Event(LifecycleEvent { at: self.now, what }));
    }

    fn change(&mut self, key: Key, change: Change) {
        self.event(What::Component(key, change));
    }

    fn enter(&mut self, phase: Phase) {
        self.phase = phase;
        self.event(What::Phase(phase));
    }
}
