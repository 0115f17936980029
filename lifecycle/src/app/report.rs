//! How an app ended.

use std::fmt;
use std::process::{ExitCode, Termination};
use std::sync::Arc;
use std::time::Duration;

use crate::engine::{Cause, Failure, Force, Key, Signal};
use crate::error::{Error, Short};
use crate::observe::{StartProfile, StartRow};
use crate::plan::{Kind, Stage};

/// Why an app stopped.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize),
    serde(rename_all = "snake_case")
)]
#[non_exhaustive]
pub enum StopCause {
    /// Only the load hooks were to run, and all have.
    Checked,
    /// The process got a signal.
    Signal(Signal),
    /// Somebody asked for it, with these words.
    Requested(Arc<str>),
    /// `main` returned.
    MainReturned,
    /// A service whose end ends the app returned `Ok`.
    Finished(String),
    /// All services returned `Ok`.
    AllFinished,
    /// No service was left, and at least one of them had failed.
    NoneLeft,
    /// Load hooks failed; the first is named.
    LoadFailed(String),
    /// A component that the app cannot do without failed to start.
    StartFailed(String, Failure),
    /// Start as a whole took longer than `start_budget`.
    StartBudget,
    /// A component that the app cannot do without failed after it was up.
    Failed(String, Failure),
}

impl StopCause {
    pub(crate) fn of(cause: Cause, words: Option<Arc<str>>, name: impl Fn(Key) -> String) -> Self {
        match cause {
            Cause::Checked => Self::Checked,
            Cause::Signal(signal) => Self::Signal(signal),
            Cause::Requested => Self::Requested(words.unwrap_or_default()),
            Cause::MainReturned => Self::MainReturned,
            Cause::Finished(key) => Self::Finished(name(key)),
            Cause::AllFinished => Self::AllFinished,
            Cause::NoneLeft => Self::NoneLeft,
            Cause::LoadFailed(key) => Self::LoadFailed(name(key)),
            Cause::StartFailed(key, failure) => Self::StartFailed(name(key), failure),
            Cause::StartBudget => Self::StartBudget,
            Cause::Failed(key, failure) => Self::Failed(name(key), failure),
        }
    }
}

impl fmt::Display for StopCause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Checked => f.write_str("everything is loaded"),
            Self::Signal(signal) => write!(f, "{signal}"),
            Self::Requested(words) => write!(f, "it was asked to: {words}"),
            Self::MainReturned => f.write_str("main returned"),
            Self::Finished(name) => write!(f, "`{name}` finished"),
            Self::AllFinished => f.write_str("all services finished"),
            Self::NoneLeft => f.write_str("no service is left, and at least one failed"),
            Self::LoadFailed(name) => write!(f, "`{name}` failed to load"),
            Self::StartFailed(name, failure) => {
                write!(f, "`{name}` failed to start ({})", failure.kind.as_str())
            }
            Self::StartBudget => f.write_str("the start took longer than its budget"),
            Self::Failed(name, failure) => write!(
                f,
                "`{name}` failed in {} ({})",
                failure.stage,
                failure.kind.as_str()
            ),
        }
    }
}

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
    /// How often its start hook was called.
    pub attempts: u32,
    /// From the begin of the start until its start hook was first called.
    pub waited: Option<Duration>,
    /// From there until it was up.
    pub start: Option<Duration>,
    /// From when it was told to stop until it was down.
    pub stop: Option<Duration>,
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
    pub(crate) components: Vec<ComponentReport>,
    pub(crate) errors: Vec<Error>,
    pub(crate) leaked: Vec<Leaked>,
    pub(crate) load: Duration,
    pub(crate) start: Option<Duration>,
    pub(crate) stop: Option<Duration>,
    pub(crate) total: Duration,
}

/// How an app ended: why, with which exit code, what each component did, every error, what leaked.
///
/// Its `Display` is for people: the cause first, then each component concerned with its errors, at most a screen.
/// With the feature `serde` it is machine-readable; errors are lists of messages then, outermost first.
///
/// A `main` may return it: it is the process's exit code, and is printed if the app ended badly.
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

    /// Whether nothing failed, overstayed or was forced.
    #[must_use]
    pub fn is_success(&self) -> bool {
        let tolerated = self.inner.exit_code == 0;
        let chosen = self.inner.errors.is_empty()
            && self.inner.leaked.is_empty()
            && self.inner.forced.is_none();
        tolerated || chosen
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

    /// Every error, in the order in which they happened.
    #[must_use]
    pub fn errors(&self) -> &[Error] {
        &self.inner.errors
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

    /// Where the time of the start went, if it was completed.
    #[must_use]
    pub fn start_profile(&self) -> Option<StartProfile> {
        let total = self.inner.start?;
        let row = |component: &ComponentReport| {
            let (waited, worked) = component.waited.zip(component.start)?;
            Some(StartRow {
                name: component.name.clone(),
                waited,
                worked,
            })
        };
        let mut rows: Vec<StartRow> = self.inner.components.iter().filter_map(row).collect();
        rows.sort_by_key(|row| row.waited + row.worked);
        Some(StartProfile { rows, total })
    }
}

/// How many errors and how many leaked tasks a printed report shows.
const SHOWN: usize = 8;

impl fmt::Display for RunReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let report = &self.inner;
        write!(
            f,
            "{} ended with exit code {}",
            report.name, report.exit_code
        )?;
        match &report.cause {
            Some(cause) => writeln!(f, ": {cause}")?,
            None => writeln!(f)?,
        }
        match report.forced {
            Some(Force::Signal(signal)) => writeln!(f, "  the stop was cut short by {signal}")?,
            Some(Force::Timeout) => writeln!(
                f,
                "  the stop took longer than `shutdown_timeout`, and was cut short"
            )?,
            None => {}
        }
        let errors = told_once(&report.errors);
        for (chain, times) in errors.iter().take(SHOWN) {
            let mut chain = chain.iter();
            write!(f, "  error: {}", chain.next().map_or("", String::as_str))?;
            if *times > 1 {
                write!(f, " ({times} times)")?;
            }
            writeln!(f)?;
            for cause in chain {
                writeln!(f, "    because: {cause}")?;
            }
        }
        more(f, errors.len(), "errors")?;
        for task in report.leaked.iter().take(SHOWN) {
            write!(f, "  leaked: `{}` of `{}`", task.task, task.component)?;
            write!(
                f,
                ", alive for {}, had {}",
                Short(task.elapsed),
                Short(task.budget)
            )?;
            if let Some(note) = &task.note {
                write!(f, ", last note: {note}")?;
            }
            match task.stage {
                Stage::Task => writeln!(f, " (spawned at {})", task.spawned_at)?,
                _ => writeln!(f)?,
            }
        }
        more(f, report.leaked.len(), "leaked tasks")?;
        self.fmt_components(f)
    }
}

/// The messages of each error, with how often they came one after the other.
fn told_once(errors: &[Error]) -> Vec<(Vec<String>, usize)> {
    let mut told: Vec<(Vec<String>, usize)> = Vec::new();
    for chain in errors.iter().map(Error::chain) {
        match told.last_mut() {
            Some((last, times)) if *last == chain => *times += 1,
            _ => told.push((chain, 1)),
        }
    }
    told
}

fn more(f: &mut fmt::Formatter<'_>, count: usize, what: &str) -> fmt::Result {
    if count > SHOWN {
        writeln!(f, "  .. and {} more {what}", count - SHOWN)
    } else {
        Ok(())
    }
}

impl RunReport {
    /// One line for each way in which components ended.
    fn fmt_components(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let all = [
            Outcome::Failed,
            Outcome::GivenUp,
            Outcome::Cancelled,
            Outcome::NotStarted,
            Outcome::Stopped,
            Outcome::Finished,
        ];
        for outcome in all {
            let same = self
                .inner
                .components
                .iter()
                .filter(|component| component.outcome == outcome);
            let names: Vec<&str> = same.map(|component| component.name.as_str()).collect();
            if names.len() > SHOWN {
                writeln!(
                    f,
                    "  {}: {} and {} more",
                    outcome.as_str(),
                    names[..SHOWN].join(", "),
                    names.len() - SHOWN
                )?;
            } else if !names.is_empty() {
                writeln!(f, "  {}: {}", outcome.as_str(), names.join(", "))?;
            }
        }
        Ok(())
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

#[cfg(feature = "serde")]
impl serde::Serialize for RunReport {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeStruct;

        let report = &self.inner;
        let mut out = serializer.serialize_struct("RunReport", 11)?;
        out.serialize_field("name", &report.name)?;
        out.serialize_field("cause", &report.cause)?;
        out.serialize_field("forced", &report.forced)?;
        out.serialize_field("exit_code", &report.exit_code)?;
        out.serialize_field("components", &report.components)?;
        out.serialize_field("errors", &report.errors)?;
        out.serialize_field("leaked", &report.leaked)?;
        out.serialize_field("load_time", &report.load)?;
        out.serialize_field("start_time", &report.start)?;
        out.serialize_field("stop_time", &report.stop)?;
        out.serialize_field("total_time", &report.total)?;
        out.end()
    }
}

#[cfg(feature = "serde")]
impl serde::Serialize for Error {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeStruct;

        let mut out = serializer.serialize_struct("Error", 3)?;
        out.serialize_field("component", &self.component())?;
        out.serialize_field("stage", &self.stage())?;
        out.serialize_field("chain", &self.chain())?;
        out.end()
    }
}
