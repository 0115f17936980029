//! What goes wrong in components, with their names.

use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use thiserror::Error;

use crate::component::BoxError;
use crate::plan::{PlanError, Stage};

/// The error that asks for a restart at once, without a backoff.
///
/// A run loop, or a supervised task, returns it, also as the source of another error. Where a restart is allowed it begins
/// at once, and counts against `max_restarts` like any other; elsewhere this is an error like any other.
///
/// # Examples
///
/// ```
/// use lifecycle::RestartNow;
///
/// async fn follow(config_changed: bool) -> Result<(), lifecycle::component::BoxError> {
///     if config_changed {
///         return Err(RestartNow::because("the configuration changed").into());
///     }
///     Ok(())
/// }
/// # let _ = follow(true);
/// ```
#[derive(Debug, Error)]
#[error("a restart is asked for: {reason}")]
pub struct RestartNow {
    reason: String,
}

impl RestartNow {
    /// Asks for a restart, and says why.
    pub fn because(reason: impl Into<String>) -> Self {
        Self {
            reason: reason.into(),
        }
    }

    /// Whether the error, or a source of it, asks for a restart.
    pub(crate) fn is_asked_for_by(error: &(dyn StdError + 'static)) -> bool {
        sources(error).any(|error| error.is::<Self>())
    }
}

/// A failure of a component, or of the app around it.
///
/// The sources of errors are kept: [`std::error::Error::source`] gives what the hook returned.
///
/// # Examples
///
/// ```
/// use lifecycle::Error;
/// use lifecycle::plan::Stage;
///
/// let error = Error::Failed {
///     component: "Database".into(),
///     stage: Stage::Start,
///     source: "no route to host".into(),
/// };
/// assert_eq!(error.component(), Some("Database"));
/// assert_eq!(error.stage(), Some(Stage::Start));
/// assert_eq!(error.chain(), ["`Database` failed in start", "no route to host"]);
/// ```
///
/// A `main` that returns this type takes boxed errors with `?`, and all others through [`Error::other`]:
///
/// ```
/// fn port(text: &str) -> Result<u16, lifecycle::Error> {
///     text.parse().map_err(lifecycle::Error::other)
/// }
/// assert!(port("none").is_err());
/// ```
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum Error {
    /// A component's code returned an error.
    #[error("`{component}` failed in {stage}")]
    Failed {
        /// The component's name.
        component: String,
        /// Where in its life.
        stage: Stage,
        /// What its code returned.
        source: BoxError,
    },
    /// A component's code panicked.
    #[error("`{component}` panicked in {stage}: {message}{}", at(.location))]
    Panicked {
        /// The component's name.
        component: String,
        /// Where in its life.
        stage: Stage,
        /// What the panic said.
        message: String,
        /// The file, line and column of the panic.
        location: Option<String>,
        /// The backtrace, if `RUST_BACKTRACE` asks for it.
        backtrace: Option<String>,
    },
    /// A component took longer than it may, and was cancelled or aborted.
    #[error("`{component}` timed out in {stage}{} after {}{}", which(.task), Short(*.after), doing(.note))]
    TimedOut {
        /// The component's name.
        component: String,
        /// Where in its life.
        stage: Stage,
        /// The task that did not end and where it was spawned, if it is one that the component spawned.
        task: Option<String>,
        /// How long it had taken by then.
        after: Duration,
        /// What it last said it was doing.
        note: Option<String>,
    },
    /// A service's run loop ended before it said that it was ready.
    #[error("`{component}` ended before it was ready")]
    Unready {
        /// The component's name.
        component: String,
    },
    /// Start as a whole took longer than `start_budget`.
    #[error("the start took longer than {}; still to come: {}", Short(*.after), .missing.join(", "))]
    StartBudget {
        /// How long it had taken by then.
        after: Duration,
        /// The components that were not up.
        missing: Vec<String>,
    },
    /// Components do not make a plan.
    #[error(transparent)]
    Plan(#[from] PlanError),
    /// Anything else, for a `main` that returns this type.
    #[error(transparent)]
    Other(#[from] BoxError),
}

impl Error {
    /// Wraps any error, for a `main` that returns this type.
    pub fn other(error: impl Into<BoxError>) -> Self {
        Self::Other(error.into())
    }

    /// The component concerned, if it is one.
    #[must_use]
    pub fn component(&self) -> Option<&str> {
        match self {
            Self::Failed { component, .. }
            | Self::Panicked { component, .. }
            | Self::TimedOut { component, .. }
            | Self::Unready { component } => Some(component),
            Self::StartBudget { .. } | Self::Plan(_) | Self::Other(_) => None,
        }
    }

    /// Where in the component's life, if it concerns one.
    #[must_use]
    pub fn stage(&self) -> Option<Stage> {
        match self {
            Self::Failed { stage, .. }
            | Self::Panicked { stage, .. }
            | Self::TimedOut { stage, .. } => Some(*stage),
            Self::Unready { .. } => Some(Stage::Run),
            Self::StartBudget { .. } | Self::Plan(_) | Self::Other(_) => None,
        }
    }

    /// The message and those of all sources, outermost first, without repeats.
    #[must_use]
    pub fn chain(&self) -> Vec<String> {
        chain(self)
    }
}

/// The message of an error and those of all its sources, outermost first, without repeats.
pub(crate) fn chain(error: &(dyn StdError + 'static)) -> Vec<String> {
    let mut chain: Vec<String> = sources(error).map(ToString::to_string).collect();
    chain.dedup();
    chain
}

/// The error and its sources, at most 32: one may name itself as its source.
fn sources<'a>(
    error: &'a (dyn StdError + 'static),
) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    std::iter::successors(Some(error), |&error| error.source()).take(32)
}

/// An error of a cleanup or a task, with its name.
#[derive(Debug)]
pub(crate) struct PartError {
    what: &'static str,
    name: String,
    source: BoxError,
}

impl PartError {
    pub(crate) fn new(what: &'static str, name: &str, source: BoxError) -> Self {
        Self {
            what,
            name: name.to_owned(),
            source,
        }
    }
}

impl fmt::Display for PartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the {} `{}` failed", self.what, self.name)
    }
}

impl StdError for PartError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        Some(&*self.source)
    }
}

fn at(location: &Option<String>) -> String {
    location
        .as_ref()
        .map_or_else(String::new, |location| format!(" (at {location})"))
}

fn which(task: &Option<String>) -> String {
    task.as_ref()
        .map_or_else(String::new, |task| format!(" {task}"))
}

fn doing(note: &Option<String>) -> String {
    note.as_ref()
        .map_or_else(String::new, |note| format!("; last note: {note}"))
}

/// A time in the unit in which people would say it.
#[derive(Clone, Copy)]
pub(crate) struct Short(pub(crate) Duration);

impl fmt::Display for Short {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = match self.0 {
            time if time < Duration::from_millis(1) => format!("{} us", time.as_micros()),
            time if time < Duration::from_secs(1) => format!("{} ms", time.as_millis()),
            time if time.subsec_millis() == 0 => format!("{} s", time.as_secs()),
            time => format!("{:.1} s", time.as_secs_f64()),
        };
        f.pad(&text)
    }
}

/// The rest of a line of counts: those that are not zero, with what they count.
#[derive(Clone, Copy)]
pub(crate) struct Counts<'a>(pub(crate) &'a [(u64, &'a str)]);

impl fmt::Display for Counts<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (count, what) in self.0.iter().filter(|(count, _)| *count > 0) {
            write!(f, ", {count} {what}")?;
        }
        Ok(())
    }
}

/// How often, as people would say it.
#[derive(Clone, Copy)]
pub(crate) struct Times(pub(crate) u32);

impl fmt::Display for Times {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            1 => f.write_str("once"),
            2 => f.write_str("twice"),
            times => write!(f, "{times} times"),
        }
    }
}
