//! The app: a plan, its limits, and a run from start to exit.
//!
//! `#[lifecycle::app]` writes this for a `main`; [`App::builder`] is the same by hand.
//!
//! | exit code | when |
//! |---|---|
//! | 0, or what [`AppHandle::exit_code`] said | the app ended well |
//! | 1 | `main` or a service failed, no service is left, or something failed while the app stopped or cleaned up |
//! | 69 | a component failed to start, or the start took longer than its budget |
//! | 70 | a component panicked, in any hook but `#[load]` and `#[health]` |
//! | 75 | something did not stop in time |
//! | 78 | a load hook failed or panicked, or the function that configures the app did |
//! | 130 | a second SIGINT forced the end |
//! | 143 | a second SIGTERM forced the end (`second_sigterm = "force"`) |
//!
//! A forced end goes before the cause of the stop, and that before what went wrong on the way down. An error or a panic of
//! a component that the app can do without does not change the exit code, unless no service is left; that it did not stop
//! in time does.

mod companion;
mod launch;
mod report;

use std::fmt;
use std::future::Future;
use std::num::NonZero;
use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinHandle;

pub use crate::engine::SecondSigterm;
pub use companion::{Companion, Configured};
pub(crate) use companion::{Companions, Named};
pub(crate) use launch::say;
pub use launch::{Main, Runtime, Settings, launch};
pub(crate) use report::Cleaned;
pub use report::{ComponentReport, Leaked, Outcome, RunReport, StopCause};

use crate::component::{Custom, Outcome as HookOutcome};
use crate::context::{AppHandle, Context};
use crate::driver::{Drive, Record, Setup, Shared};
use crate::engine::{Limits, Signal};
use crate::observe::{Log, Observer};
use crate::plan::{Edge, EdgeKind, Kind, Plan};

/// A program as a set of components: it starts them, supervises them and stops them.
///
/// # Examples
///
/// ```
/// use lifecycle::prelude::*;
///
/// #[resource]
/// #[derive(Default)]
/// struct Cache;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let report = App::builder(lifecycle::plan![Cache])
///     .name("example")
///     .main(|cx| async move { println!("{}", cx.app().status()) })
///     .run()
///     .await;
/// assert_eq!(report.exit_code(), 0);
/// # }
/// ```
#[derive(Debug)]
pub struct App(());

impl App {
    /// Begins an app over a plan.
    pub fn builder(plan: Plan) -> AppBuilder {
        let mut app = AppBuilder {
            setup: Setup {
                name: "app".to_owned(),
                plan,
                limits: Limits {
                    seed: fastrand::u64(..),
                    ..Limits::default()
                },
                work: crate::work::Limits::DEFAULT,
                check_only: false,
                signals: false,
                stall_limit: None,
                observers: Vec::new(),
                companions: Vec::new(),
                runtime: None,
                #[cfg(feature = "testing")]
                interference: crate::testing::Interference::default(),
                #[cfg(all(feature = "cron", feature = "testing"))]
                wall: None,
            },
            main: None,
        };
        app.setup.accompany(Arc::new(Log::default()));
        app
    }
}

/// The app's own work, a component like any other.
struct MainWork {
    work: Custom,
    /// The identities of the components without which it cannot run.
    takes: Vec<u64>,
}

impl MainWork {
    fn new<H, F, O>(main: H, takes: &[u64]) -> Self
    where
        H: Fn(Context) -> F + Send + Sync + 'static,
        F: Future<Output = O> + Send + 'static,
        O: HookOutcome<()>,
    {
        let main = Arc::new(main);
        let run = move |cx: Context| {
            let main = Arc::clone(&main);
            async move {
                // Its task may be faster than the driver, who has yet to note down that everything is up.
                if cx.app().started().await {
                    main(cx).await.outcome()
                } else {
                    Ok(())
                }
            }
        };
        Self {
            work: Custom::new("main".to_owned(), Kind::Main).run(run),
            takes: takes.to_vec(),
        }
    }
}

/// Sets an app up; [`run`](Self::run), [`start`](Self::start) or [`check`](Self::check) end the setting up.
#[must_use = "an app does nothing until it is run"]
pub struct AppBuilder {
    setup: Setup,
    main: Option<MainWork>,
}

impl AppBuilder {
    /// Names the app. Default: `app`.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.setup.name = name.into();
        self
    }

    /// The longest time for load and start in all. Default: 60 s.
    pub fn start_budget(mut self, limit: Duration) -> Self {
        self.setup.limits.start_budget = limit;
        self
    }

    /// The longest time for a shutdown in all, the drain delay included. Default: 25 s.
    ///
    /// When it has passed, all that is left is aborted and has one more second for its cleanups.
    pub fn shutdown_timeout(mut self, limit: Duration) -> Self {
        self.setup.limits.shutdown_timeout = limit;
        self
    }

    /// How long everything goes on serving after shutdown has begun. Default: 0 s; SIGINT skips it.
    pub fn drain_delay(mut self, delay: Duration) -> Self {
        self.setup.limits.drain_delay = delay;
        self
    }

    /// How many components may start at once, at least 1. Default: no limit.
    pub fn max_concurrent_starts(mut self, limit: usize) -> Self {
        self.setup.limits.max_concurrent_starts = limit;
        self
    }

    /// How many [tasks](crate::task) may be at work at once, in all components together. Default: one for each core.
    ///
    /// # Panics
    ///
    /// If it is zero.
    #[track_caller]
    pub fn task_limit(mut self, limit: usize) -> Self {
        self.setup.work.tasks = Some(NonZero::new(limit).expect("a limit of at least one task"));
        self
    }

    /// How many [micro-tasks](crate::micro) may be at work at once, in all components together. Default: one for each core.
    ///
    /// # Panics
    ///
    /// If it is zero.
    #[track_caller]
    pub fn micro_limit(mut self, limit: usize) -> Self {
        let limit = NonZero::new(limit).expect("a limit of at least one micro-task");
        self.setup.work.micro = Some(limit);
        self
    }

    /// What a second SIGTERM does. Default: nothing.
    pub fn second_sigterm(mut self, what: SecondSigterm) -> Self {
        self.setup.limits.second_sigterm = what;
        self
    }

    /// Sets what the wall clock shows when the app begins; from then on it goes by the app's time, which tests may pause. With
    /// the features `cron` and `testing`; the machine's clock counts otherwise, unless the app is a
    /// [`TestApp`](crate::testing::TestApp).
    #[cfg(all(feature = "cron", feature = "testing"))]
    pub fn wall_clock(mut self, begin: std::time::SystemTime) -> Self {
        self.setup.wall = Some(begin);
        self
    }

    /// The seed of the jitter in backoffs and schedules; the same seed gives the same waits. Default: random.
    pub fn seed(mut self, seed: u64) -> Self {
        self.setup.limits.seed = seed;
        self
    }

    /// Whether the app handles SIGINT, SIGTERM and SIGUSR1. Default: no, since the process may not be its own.
    ///
    /// `#[lifecycle::app]` does. On Windows, Ctrl-C and Ctrl-Break stand for SIGINT, and the closing of the console and
    /// the shutdown of the system for SIGTERM.
    pub fn signals(mut self, handle: bool) -> Self {
        self.setup.signals = handle;
        self
    }

    /// Has a thread of its own watch whether the runtime of the components gets on: one that does not run what it is given
    /// within this time is stalled. Then the app is not [live](mod@crate::health#groups), and the log says which component holds
    /// the threads, and for how long; it also warns of one that holds a thread for so long while others go on.
    ///
    /// The watch looks five times within the limit, but every 5 ms at most, and every second at least. Real time counts.
    /// Default: nobody watches; with `#[lifecycle::app]`, 5 s.
    pub fn stall_limit(mut self, limit: Duration) -> Self {
        self.setup.stall_limit = Some(limit);
        self
    }

    /// Adds an observer, beside the [`Log`] that every app has.
    pub fn observer(mut self, observer: impl Observer) -> Self {
        self.setup.observers.push(Box::new(observer));
        self
    }

    /// Gives the app a companion, which works beside it from before its first hook to after its last.
    pub fn with<C: Companion>(mut self, companion: C) -> Self {
        self.setup.accompany(Arc::new(companion));
        self
    }

    /// Gives the app its main work, which begins when everything is up. When it returns, the app stops.
    ///
    /// Without it the app runs until it is told to stop, or until all its services have finished.
    pub fn main<H, F, O>(mut self, main: H) -> Self
    where
        H: Fn(Context) -> F + Send + Sync + 'static,
        F: Future<Output = O> + Send + 'static,
        O: HookOutcome<()>,
    {
        self.main = Some(MainWork::new(main, &[]));
        self
    }

    /// Runs the app to its end.
    ///
    /// # Panics
    ///
    /// Outside of a tokio runtime with time (and, for [`signals`](Self::signals), I/O) enabled.
    ///
    /// # Cancel safety
    ///
    /// When the future is dropped, the app is asked to stop and ends on its own.
    pub async fn run(self) -> RunReport {
        self.start().wait().await
    }

    /// Runs the app to its end inside the caller's own task.
    ///
    /// A worker thread of the runtime keeps the task that it woke last to itself, so a component that wakes the driver
    /// and then blocks its thread would take the driver with it. The thread that waits for the runtime is no worker.
    async fn drive(self) -> RunReport {
        let driver = self.driver();
        let shared = Arc::clone(driver.shared());
        let report = driver.run().await.report(&shared);
        // The process ends after this; nobody's `Drop` is to hold it up.
        std::mem::forget(shared);
        report
    }

    /// Runs the load hooks of all components, and nothing else: a check of the configuration.
    ///
    /// # Panics
    ///
    /// Outside of a tokio runtime with time enabled.
    ///
    /// # Cancel safety
    ///
    /// When the future is dropped, the hooks are asked to stop and end on their own.
    pub async fn check(mut self) -> RunReport {
        self.setup.check_only = true;
        self.run().await
    }

    /// Starts the app and returns at once; [`AppHandle::started`] waits until everything is up.
    ///
    /// # Panics
    ///
    /// Outside of a tokio runtime with time (and, for [`signals`](Self::signals), I/O) enabled.
    #[expect(
        clippy::disallowed_methods,
        reason = "the driver is the task that owns all others"
    )]
    pub fn start(self) -> Running {
        let driver = self.driver();
        let shared = Arc::clone(driver.shared());
        Running {
            shared,
            driver: Some(tokio::spawn(driver.run())),
        }
    }
}

impl AppBuilder {
    /// The plan, without the main work.
    #[cfg(feature = "cli")]
    pub(crate) fn plan(&self) -> &Plan {
        &self.setup.plan
    }

    fn driver(mut self) -> Drive {
        if let Some(main) = self.main {
            self.setup.plan = with_main(&self.setup.plan, main);
        }
        Drive::new(self.setup)
    }
}

/// `main` depends on all roots: on those that it takes it cannot do without, for the others it waits.
fn with_main(plan: &Plan, main: MainWork) -> Plan {
    let mut edges = Vec::new();
    for (key, node) in plan
        .nodes()
        .iter()
        .enumerate()
        .filter(|(_, node)| node.is_root())
    {
        let taken = main.takes.contains(&node.declaration().id);
        edges.push(Edge {
            to: key as u32,
            kind: if taken {
                EdgeKind::Hard
            } else {
                EdgeKind::Optional
            },
        });
    }
    let declaration = crate::plan::Declaration::new(Kind::Main, "main", "", 0, 0);
    plan.and_last(declaration, "main", Arc::new(main.work), &edges)
}

#[cfg(feature = "testing")]
impl AppBuilder {
    pub(crate) fn setup_mut(&mut self) -> &mut Setup {
        &mut self.setup
    }
}

#[cfg(feature = "testing")]
impl Running {
    pub(crate) fn shared(&self) -> &Arc<Shared> {
        &self.shared
    }
}

impl fmt::Debug for AppBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AppBuilder")
            .field("name", &self.setup.name)
            .field("plan", &self.setup.plan)
            .finish_non_exhaustive()
    }
}

/// An app that was started. Dropping it asks the app to stop; the app then ends on its own.
///
/// # Examples
///
/// ```
/// use lifecycle::prelude::*;
///
/// #[resource]
/// #[derive(Default)]
/// struct Cache;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let running = App::builder(lifecycle::plan![Cache]).start();
/// assert!(running.app().started().await);
///
/// running.app().shutdown("enough");
/// assert!(running.wait().await.is_success());
/// # }
/// ```
#[must_use = "dropping it asks the app to stop"]
pub struct Running {
    shared: Arc<Shared>,
    driver: Option<JoinHandle<Record>>,
}

impl Running {
    /// The handle of the app.
    #[must_use]
    pub fn app(&self) -> AppHandle {
        AppHandle::new(Arc::clone(&self.shared))
    }

    /// Acts as if the process had got a signal.
    pub fn signal(&self, signal: Signal) {
        self.shared
            .send(crate::driver::Message::Input(crate::engine::Input::Signal(
                signal,
            )));
    }

    /// Waits until the app has ended, and reports.
    ///
    /// # Panics
    ///
    /// If the framework itself panicked, which is a bug in it.
    ///
    /// # Cancel safety
    ///
    /// When the future is dropped, the app is asked to stop and ends on its own.
    pub async fn wait(mut self) -> RunReport {
        let driver = self.driver.as_mut().expect("taken only here");
        let record = match driver.await {
            Ok(record) => record,
            Err(error) => match error.try_into_panic() {
                Ok(panic) => std::panic::resume_unwind(panic),
                Err(error) => panic!("the runtime was shut down under the app: {error}"),
            },
        };
        self.driver = None;
        record.report(&self.shared)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if self.driver.is_some() {
            self.shared.send(crate::driver::Message::Shutdown(
                "its handle was dropped".to_owned(),
            ));
        }
    }
}

impl fmt::Debug for Running {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Running")
            .field("app", &self.app())
            .finish_non_exhaustive()
    }
}
