//! How an app ended.

mod aside;
mod cause;
mod display;
#[cfg(feature = "serde")]
mod serialize;

use std::fmt;
use std::process::{ExitCode, Termination};
use std::time::Duration;

pub use cause::StopCause;

use crate::engine::Force;
use crate::error::Error;
use crate::event::HandlerReport;
use crate::observe::{Needs, ScheduleStatus, StartProfile, StartTimes, Stop, StopProfile};
use crate::plan::{Kind, Stage};
use crate::pool::PoolReport;
use crate::task::TaskReport;

/// How a component ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize),
    serde(rename_all = "snake_case")
)]
#[non_exhaustive]
pub enum Outcome {
    /// Its start hook was never called.
    NotStarted,
    /// Its start was cancelled before it was up.
    Cancelled,
    /// It was up and was stopped.
    Stopped,
    /// It was up, and did not stop in order: it overstayed or the end was forced, and its tasks were aborted.
    Aborted,
    /// Its run loop returned `Ok` by itself.
    Finished,
    /// It failed for good.
    Failed,
    /// It did not end even when aborted.
    GivenUp,
}

impl Outcome {
    fn as_str(self) -> &'static str {
        match self {
            Self::NotStarted => "not started",
            Self::Cancelled => "cancelled",
            Self::Stopped => "stopped",
            Self::Aborted => "aborted",
            Self::Finished => "finished",
            Self::Failed => "failed",
            Self::GivenUp => "given up",
        }
    }
}

/// One component in a report.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct ComponentReport {
    /// The name of the component.
    pub name: String,
    /// Its kind.
    pub kind: Kind,
    /// Its start wave.
    pub rank: u32,
    /// How it ended.
    pub outcome: Outcome,
    /// How often its start hook was called, the last time that it was to come up.
    pub attempts: u32,
    /// How often it, or its run loop, was started anew after it had been up.
    pub restarts: u32,
    /// From the begin of the start until its start hook was first called.
    pub waited: Option<Duration>,
    /// From there until it was up.
    pub start: Option<Duration>,
    /// From when it was told to stop until it was down.
    pub stop: Option<Duration>,
    /// Its worker pools that had workers, in the order in which they came down.
    pub pools: Vec<PoolReport>,
    /// What became of its tasks, wake-ups and micro-tasks, if it had any.
    pub tasks: Option<TaskReport>,
    /// Its handlers of events.
    pub handlers: Vec<HandlerReport>,
    /// What it did again and again.
    pub schedules: Vec<ScheduleStatus>,
}

impl ComponentReport {
    /// How many jobs its worker pools accepted and could not do before they had to end.
    #[must_use]
    pub fn unfinished_jobs(&self) -> u64 {
        self.pools.iter().map(|pool| pool.stats.handed_back).sum()
    }
}

/// A task that was alive when nobody waited for it any more.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Leaked {
    /// The component to which it belongs.
    pub component: String,
    /// What it is.
    pub stage: Stage,
    /// The name under which it was spawned; the hook's, for a hook.
    pub task: String,
    /// How long it had been alive.
    pub elapsed: Duration,
    /// How long the component may take for this.
    pub budget: Duration,
    /// What the component last said it was doing.
    pub note: Option<String>,
    /// The file, line and column where it was spawned; the component's module, for a hook.
    pub spawned_at: String,
}

/// What the driver knows at the end.
pub(crate) struct Cleaned {
    pub(crate) name: String,
    pub(crate) cause: Option<StopCause>,
    pub(crate) forced: Option<Force>,
    pub(crate) exit_code: u8,
    pub(crate) success: bool,
    pub(crate) components: Vec<ComponentReport>,
    pub(crate) waits: Needs,
    pub(crate) start_times: Vec<Option<StartTimes>>,
    pub(crate) stop_times: Option<Stop>,
    pub(crate) errors: Vec<Error>,
    pub(crate) errors_left_out: u64,
    pub(crate) leaked: Vec<Leaked>,
    pub(crate) load: Duration,
    pub(crate) start: Option<Duration>,
    pub(crate) stop: Option<Duration>,
    pub(crate) total: Duration,
}

/// How an app ended: why, with which exit code, what each component did, every error, what leaked.
///
/// Its `Display` is for people. The first line has the exit code and the cause; then come what cut the stop short, if
/// anything did, the errors with their sources, the leaked tasks, and the worker pools, tasks, handlers of events and
/// schedules of which not all ended well. At the end is one line for each way in which components ended, with their names. Of
/// errors, of leaked tasks and of the names in a line it shows eight, and says how many more there are.
/// With the feature `serde` it is machine-readable; errors are lists of messages then, outermost first.
///
/// A `main` may return it: it is the process's exit code, and is printed if the app ended badly.
///
/// # Examples
///
/// ```
/// use lifecycle::app::{Outcome, StopCause};
/// use lifecycle::prelude::*;
///
/// #[service]
/// #[derive(Default)]
/// struct Import;
///
/// #[service]
/// impl Import {
///     #[run]
///     async fn run(&self) -> Result<(), String> {
///         Err("no such file".into())
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let report = App::builder(lifecycle::plan![Import]).run().await;
/// assert_eq!(report.exit_code(), 1);
/// assert!(matches!(report.cause(), Some(StopCause::Failed(name, _)) if name == "Import"));
/// assert_eq!(report.component("Import").unwrap().outcome, Outcome::Failed);
/// assert_eq!(report.errors()[0].chain(), ["`Import` failed in run", "no such file"]);
/// assert_eq!(
///     report.to_string().lines().next(),
///     Some("app ended with exit code 1: `Import` failed in run"),
/// );
/// # }
/// ```
#[must_use = "the report says whether the app ended well"]
pub struct RunReport {
    inner: Cleaned,
}

impl RunReport {
    pub(crate) fn new(inner: Cleaned) -> Self {
        Self { inner }
    }

    /// The name of the app.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.inner.name
    }

    /// Why it stopped; `None` if it was told to leave before it had begun to stop.
    #[must_use]
    pub fn cause(&self) -> Option<&StopCause> {
        self.inner.cause.as_ref()
    }

    /// What cut the stop short, if anything did.
    #[must_use]
    pub fn forced(&self) -> Option<Force> {
        self.inner.forced
    }

    /// The exit code, as the table in [`app`](mod@crate::app) lists them.
    #[must_use]
    pub fn exit_code(&self) -> u8 {
        self.inner.exit_code
    }

    /// Whether the app ended well: nothing failed that it does not tolerate, nothing overstayed, nothing was forced.
    #[must_use]
    pub fn is_success(&self) -> bool {
        self.inner.success
    }

    /// The components, in start order.
    #[must_use]
    pub fn components(&self) -> &[ComponentReport] {
        &self.inner.components
    }

    /// The component with this name.
    #[must_use]
    pub fn component(&self, name: &str) -> Option<&ComponentReport> {
        self.inner
            .components
            .iter()
            .find(|component| component.name == name)
    }

    /// Every error, in the order in which they happened; of more than two thousand, the first and the last thousand.
    #[must_use]
    pub fn errors(&self) -> &[Error] {
        &self.inner.errors
    }

    /// How many errors there were between the first and the last thousand.
    #[must_use]
    pub fn errors_left_out(&self) -> u64 {
        self.inner.errors_left_out
    }

    /// What was alive when nobody waited for it any more.
    #[must_use]
    pub fn leaked(&self) -> &[Leaked] {
        &self.inner.leaked
    }

    /// How long the load hooks took.
    #[must_use]
    pub fn load_time(&self) -> Duration {
        self.inner.load
    }

    /// How long the start took, if it was completed.
    #[must_use]
    pub fn start_time(&self) -> Option<Duration> {
        self.inner.start
    }

    /// How long the stop took, from its cause to the end.
    #[must_use]
    pub fn stop_time(&self) -> Option<Duration> {
        self.inner.stop
    }

    /// How long the app ran, from begin to end.
    #[must_use]
    pub fn total_time(&self) -> Duration {
        self.inner.total
    }

    /// Where the time of the start went, if it was completed; with what was added since.
    #[must_use]
    pub fn start_profile(&self) -> Option<StartProfile> {
        let report = &self.inner;
        let name = |index: usize| &*report.components[index].name;
        let (times, waits) = (&report.start_times, &report.waits);
        Some(StartProfile::new(times, waits, name, report.start?))
    }

    /// Where the time of the stop went; `None` if the app was told to leave before it had begun to stop.
    #[must_use]
    pub fn stop_profile(&self) -> Option<StopProfile> {
        let report = &self.inner;
        let name = |index: usize| &*report.components[index].name;
        let stop = report.stop_times.as_ref()?;
        Some(StopProfile::new(stop, &report.waits, name))
    }
}

impl fmt::Debug for RunReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RunReport")
            .field("name", &self.inner.name)
            .field("cause", &self.inner.cause)
            .field("exit_code", &self.inner.exit_code)
            .field("components", &self.inner.components)
            .field("errors", &self.inner.errors)
            .field("leaked", &self.inner.leaked)
            .finish_non_exhaustive()
    }
}

impl Termination for RunReport {
    fn report(self) -> ExitCode {
        if !self.is_success() {
            super::say(&self.to_string());
        }
        ExitCode::from(self.inner.exit_code)
    }
}
