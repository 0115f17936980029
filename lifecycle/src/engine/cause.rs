//! Why the app ended, and the exit code that follows.

use super::input::{Key, Signal};
use super::output::Force;
use crate::plan::Stage;

/// How a component failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize),
    serde(rename_all = "snake_case")
)]
#[non_exhaustive]
pub enum FailureKind {
    /// Its code returned an error.
    Error,
    /// Its code panicked.
    Panic,
    /// It took longer than it may.
    Timeout,
    /// Its run loop ended before it said that it was ready.
    Unready,
    /// It gave no sign of life for longer than it had promised.
    Heartbeat,
    /// Its run loop returned `Ok` although it is always to run, and more often than it may.
    Finished,
}

impl FailureKind {
    /// A few words for people.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Panic => "panic",
            Self::Timeout => "timeout",
            Self::Unready => "ended before it was ready",
            Self::Heartbeat => "missed its heartbeat",
            Self::Finished => "finished too often",
        }
    }
}

/// A failure of one component.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Failure {
    /// Where in its life.
    pub stage: Stage,
    /// How.
    pub kind: FailureKind,
}

/// Why the app stops.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Cause {
    /// Only the load hooks were to run, and all have.
    Checked,
    /// A signal.
    Signal(Signal),
    /// A component or `main` asked for it.
    Requested,
    /// `main` returned.
    MainReturned,
    /// A service whose end ends the app returned `Ok`.
    Finished(Key),
    /// All services have returned `Ok`.
    AllFinished,
    /// No service is left, and at least one of them failed.
    NoneLeft,
    /// `main` cannot run, since something that it takes failed.
    MainLost,
    /// Load hooks failed; the first is named.
    LoadFailed(Key),
    /// A component that the app cannot do without failed to start.
    StartFailed(Key, Failure),
    /// Start as a whole took longer than `start_budget`.
    StartBudget,
    /// A component that the app cannot do without failed after it was up.
    Failed(Key, Failure),
}

impl Cause {
    /// Whether this is a failure, after which the exit code is never 0.
    pub const fn is_failure(self) -> bool {
        match self {
            Self::Checked
            | Self::Signal(_)
            | Self::Requested
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

    /// A few words for people; the component concerned stands beside them.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Checked => "everything is loaded",
            Self::Signal(Signal::Interrupt) => "SIGINT",
            Self::Signal(Signal::Terminate) => "SIGTERM",
            Self::Requested => "it was asked to",
            Self::MainReturned => "main returned",
            Self::Finished(_) => "a service finished",
            Self::AllFinished => "all services finished",
            Self::NoneLeft => "no service is left",
            Self::MainLost => "main cannot run without what failed",
            Self::LoadFailed(_) => "a component failed to load",
            Self::StartFailed(..) => "a component failed to start",
            Self::StartBudget => "the start took longer than its budget",
            Self::Failed(..) => "a component failed",
        }
    }

    /// The component concerned, if it is one.
    pub const fn component(self) -> Option<Key> {
        match self {
            Self::Finished(key)
            | Self::LoadFailed(key)
            | Self::StartFailed(key, _)
            | Self::Failed(key, _) => Some(key),
            _ => None,
        }
    }

    const fn exit_code(self) -> Option<u8> {
        match self {
            Self::LoadFailed(_) => Some(exit::LOAD_FAILED),
            Self::StartFailed(
                _,
                Failure {
                    kind: FailureKind::Panic,
                    ..
                },
            )
            | Self::Failed(
                _,
                Failure {
                    kind: FailureKind::Panic,
                    ..
                },
            ) => Some(exit::PANIC),
            Self::StartFailed(..) | Self::StartBudget => Some(exit::START_FAILED),
            Self::Failed(..) | Self::NoneLeft | Self::MainLost => Some(exit::FAILED),
            _ => None,
        }
    }
}

/// The exit codes of an app, as its documentation lists them.
pub mod exit {
    /// The app ended well.
    pub const SUCCESS: u8 = 0;
    /// `main` or a service failed.
    pub const FAILED: u8 = 1;
    /// A component failed to start.
    pub const START_FAILED: u8 = 69;
    /// A component panicked.
    pub const PANIC: u8 = 70;
    /// Something did not stop in time.
    pub const OVERSTAYED: u8 = 75;
    /// A load hook failed.
    pub const LOAD_FAILED: u8 = 78;
    /// A second SIGINT forced the end.
    pub const FORCED_BY_INTERRUPT: u8 = 130;
    /// A second SIGTERM forced the end.
    pub const FORCED_BY_TERMINATE: u8 = 143;
}

/// What went wrong on the way down.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Tally {
    pub(super) errors: u32,
    pub(super) panics: u32,
    pub(super) overstayed: u32,
}

/// The exit code of a failure, from the most telling fact to the least; none if the app ended well.
pub(super) fn failure_code(
    cause: Option<Cause>,
    forced: Option<Force>,
    tally: Tally,
) -> Option<u8> {
    match forced {
        Some(Force::Signal(Signal::Interrupt)) => return Some(exit::FORCED_BY_INTERRUPT),
        Some(Force::Signal(Signal::Terminate)) => return Some(exit::FORCED_BY_TERMINATE),
        Some(Force::Timeout) | None => {}
    }
    if let Some(code) = cause.and_then(Cause::exit_code) {
        return Some(code);
    }
    match tally {
        Tally { panics: 1.., .. } => Some(exit::PANIC),
        Tally {
            overstayed: 1.., ..
        } => Some(exit::OVERSTAYED),
        _ if forced.is_some() => Some(exit::OVERSTAYED),
        Tally { errors: 1.., .. } => Some(exit::FAILED),
        _ => None,
    }
}
