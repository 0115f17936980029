//! What the engine is told.

use std::fmt;
use std::time::Duration;

use super::change::{Op, Request};
use crate::plan::Stage;

/// Time since the app began. The engine has no clock; whoever calls it has.
pub type Moment = Duration;

/// A component, as its index in the plan.
pub type Key = u32;

/// How a piece of the component's own code ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Ending {
    /// It returned, and not with an error.
    Ok,
    /// It returned an error.
    Error,
    /// It returned the error that asks for a restart at once.
    ///
    /// Where a restart is allowed it begins without a backoff, and counts; elsewhere this is an error like any other.
    RestartNow,
    /// It panicked.
    Panic,
    /// It was dropped before it ended, because the engine said so or because its owner aborted it.
    Cancelled,
}

/// The signals that the framework acts on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize),
    serde(rename_all = "snake_case")
)]
#[non_exhaustive]
pub enum Signal {
    /// SIGINT, or Ctrl-C.
    Interrupt,
    /// SIGTERM.
    Terminate,
}

impl fmt::Display for Signal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Interrupt => "SIGINT",
            Self::Terminate => "SIGTERM",
        })
    }
}

/// One thing that happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Input {
    /// The app begins.
    Begin,
    /// The app begins, runs its load hooks, and ends.
    Check,
    /// A component's code at this stage ended.
    Ended(Key, Stage, Ending),
    /// No task of the component is alive, after [`EndRun`], [`CleanRun`], [`Quiesce`], [`Stop`] or [`Cleanup`] asked
    /// for it; said once for the last of these commands.
    ///
    /// [`EndRun`]: super::Command::EndRun
    /// [`CleanRun`]: super::Command::CleanRun
    /// [`Quiesce`]: super::Command::Quiesce
    /// [`Stop`]: super::Command::Stop
    /// [`Cleanup`]: super::Command::Cleanup
    Idle(Key),
    /// The component said that it is ready.
    Ready(Key),
    /// The component asks that its current deadline be at least this far from now.
    Extend(Key, Duration),
    /// The component shows that it is alive; heard only while it is up and has promised a heartbeat.
    Beat(Key),
    /// One of the app's own cleanups ended.
    AppCleanupEnded(Ending),
    /// None of the app's own cleanups is alive, nor can one come any more, after
    /// [`CleanUpApp`](super::Command::CleanUpApp) asked for it.
    AppCleaned,
    /// Somebody asks for a change; the answer is one [`Answer`](super::Output::Answer) with the same [`Op`].
    Ask(Op, Request),
    /// Somebody asked for the app to stop.
    Shutdown,
    /// The exit code to use if the app ends well.
    ExitCode(u8),
    /// A signal arrived.
    Signal(Signal),
    /// A deadline may have passed.
    Tick,
}
