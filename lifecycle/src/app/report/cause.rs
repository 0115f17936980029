//! Why an app stopped, in words that outlive it.

use std::fmt;
use std::sync::Arc;

use crate::engine::{Cause, Failure, FailureKind, Key, Signal};
use crate::error::Error;

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
    /// `main` could not run, since something that it takes failed.
    MainLost,
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
            Cause::MainLost => Self::MainLost,
            Cause::LoadFailed(key) => Self::LoadFailed(name(key)),
            Cause::StartFailed(key, failure) => Self::StartFailed(name(key), failure),
            Cause::StartBudget => Self::StartBudget,
            Cause::Failed(key, failure) => Self::Failed(name(key), failure),
        }
    }
}

impl StopCause {
    /// Whether it is a failure, rather than something that anybody wanted.
    #[must_use]
    pub fn is_failure(&self) -> bool {
        match self {
            Self::Checked
            | Self::Signal(_)
            | Self::Requested(_)
            | Self::MainReturned
            | Self::Finished(_)
            | Self::AllFinished => false,
            Self::NoneLeft
            | Self::MainLost
            | Self::LoadFailed(_)
            | Self::StartFailed(..)
            | Self::StartBudget
            | Self::Failed(..) => true,
        }
    }
}

impl StopCause {
    /// Whether the error tells more about it.
    pub(super) fn is_told_by(&self, error: &Error) -> bool {
        match self {
            Self::LoadFailed(name) | Self::StartFailed(name, _) | Self::Failed(name, _) => {
                error.component() == Some(name)
            }
            Self::StartBudget => matches!(error, Error::StartBudget { .. }),
            _ => false,
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
            Self::MainLost => f.write_str("`main` cannot run without what failed"),
            Self::LoadFailed(name) => write!(f, "`{name}` failed to load"),
            Self::StartFailed(name, failure) => {
                write!(f, "`{name}` failed to start{}", how(*failure))
            }

            Self::StartBudget => f.write_str("the start took longer than its budget"),
            Self::Failed(name, failure) => {
                write!(f, "`{name}` failed in {}{}", failure.stage, how(*failure))
            }
        }
    }
}

/// What is not told by the word "failed".
fn how(failure: Failure) -> &'static str {
    match failure.kind {
        FailureKind::Error => "",
        FailureKind::Panic => ": it panicked",
        FailureKind::Timeout => ": it took too long",
        FailureKind::Unready => ": it ended before it was ready",
        FailureKind::Heartbeat => ": it missed its heartbeat",
        FailureKind::Finished => ": it finished too often",
    }
}
