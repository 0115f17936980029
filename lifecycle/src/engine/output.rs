//! What the engine answers: commands for the driver, events for everybody.

use std::fmt;
use std::time::Duration;

use super::cause::{Cause, Failure};
use super::change::{Op, Refusal};
use super::input::{Key, Moment, Signal};
use crate::plan::Stage;

/// What the driver must do now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Command {
    /// Call the load hook; answer with [`Ended`](super::Input::Ended).
    Load(Key),
    /// Call the start hook; answer with [`Ended`](super::Input::Ended).
    Start(Key),
    /// Call the run loop, with a fresh token of its own; answer with [`Ended`](super::Input::Ended) when it ends.
    Run(Key),
    /// Fire the token of the current run, not the component's `Shutdown`, and answer with
    /// [`Idle`](super::Input::Idle) once none of the component's tasks is alive. The instance stays.
    EndRun(Key),
    /// Run the cleanups that were registered since the last [`Run`](Self::Run), last registered first; answer with
    /// [`Idle`](super::Input::Idle). Those of the start stay.
    CleanRun(Key),
    /// Fire the component's `Shutdown`, call the drain hook if the component is whole, and answer with
    /// [`Idle`](super::Input::Idle) once none of its tasks is alive.
    Quiesce {
        /// The component.
        node: Key,
        /// Whether to call the drain hook.
        drain: bool,
    },
    /// Call the stop hook; answer with [`Idle`](super::Input::Idle).
    Stop(Key),
    /// Run the cleanups, last registered first; answer with [`Idle`](super::Input::Idle).
    Cleanup(Key),
    /// Run the cleanups that have not run, side by side; answer with [`Idle`](super::Input::Idle).
    Hurry(Key),
    /// Abort every task of the component.
    Abort(Key),
    /// Stop waiting for the component: what is alive of it is leaked.
    GiveUp(Key),
    /// Run the app's own cleanups, side by side, those included that are registered meanwhile; answer each with
    /// [`AppCleanupEnded`](super::Input::AppCleanupEnded), and all with [`AppCleaned`](super::Input::AppCleaned).
    CleanUpApp,
    /// Abort the app's own cleanups and stop waiting for them: those that are alive are leaked, the others never run.
    GiveUpCleanups,
    /// The app is over.
    Finish,
    /// A third signal: leave the process now.
    Exit(u8),
}

/// The phases of an app.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize),
    serde(rename_all = "snake_case")
)]
#[non_exhaustive]
pub enum Phase {
    /// Not begun.
    New,
    /// Load hooks run.
    Loading,
    /// Components come up.
    Starting,
    /// Everything that can be up is.
    Running,
    /// Shutdown has begun; everything still serves, and readiness is false.
    Draining,
    /// Components go down.
    Stopping,
    /// All components are down; what the app itself registered is cleaned up.
    Cleaning,
    /// Nothing is alive, or it is given up.
    Ended,
}

impl fmt::Display for Phase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::New => "new",
            Self::Loading => "loading",
            Self::Starting => "starting",
            Self::Running => "running",
            Self::Draining => "draining",
            Self::Stopping => "stopping",
            Self::Cleaning => "cleaning up",
            Self::Ended => "ended",
        })
    }
}

/// A state change of one component.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Change {
    /// The load hook was called.
    Loading,
    /// The load hook returned.
    Loaded,
    /// All that it waits for is there; it stands in line for a place among those that start.
    Queued,
    /// The start hook was called, for the `attempt`th time (from 1).
    Starting {
        /// From 1.
        attempt: u32,
    },
    /// An attempt to start failed, and another one will follow unless the app stops.
    AttemptFailed(Failure),
    /// The next attempt to start begins after this time.
    Retrying {
        /// The wait before the next attempt.
        after: Duration,
    },
    /// The start hook returned, and the run loop has yet to say that it is ready.
    Warming,
    /// Up: dependents may start.
    Up,
    /// The run loop returned `Ok`; what the component holds stays.
    Finished,
    /// The component failed for good.
    Failed(Failure),
    /// Its code failed while it was being stopped anyway.
    Problem(Failure),
    /// A start that is no longer wanted, or that took too long, is being cancelled.
    Cancelling,
    /// Its `Shutdown` fired; its work is ending.
    Quiescing,
    /// The stop hook was called.
    Stopping,
    /// Its cleanups run.
    Cleaning,
    /// It did not end in time at this stage and was aborted.
    Overstayed(Stage),
    /// It failed, and will be restarted unless it has to go first.
    Crashed(Failure),
    /// Its work is being ended, to begin anew.
    Recalling,
    /// What its last run left behind is cleaned up.
    Tidying,
    /// It begins anew after this time: its run loop, or all of it if it is down.
    Restarting {
        /// The wait.
        after: Duration,
        /// How many restarts count against its budget, this one included; one that was asked for does not count.
        restarts: u32,
    },
    /// Down: nothing of it is alive.
    Down,
    /// It did not even end after being aborted, and is no longer waited for.
    GivenUp(Stage),
    /// It asked for more time, and its deadline moved, or that of the whole start.
    Extended,
    /// Somebody asked that it be down.
    Disabled,
    /// Nobody asks any more that it be down.
    Enabled,
}

/// One thing that observers see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum What {
    /// The app entered a phase.
    Phase(Phase),
    /// The app is going to stop.
    Shutdown(Cause),
    /// A signal arrived that does not begin anything, and was ignored.
    Ignored(Signal),
    /// What is left is aborted.
    Forced(Force),
    /// A component changed.
    Component(Key, Change),
}

/// Why the app stops waiting for an orderly end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize),
    serde(rename_all = "snake_case")
)]
#[non_exhaustive]
pub enum Force {
    /// A second signal.
    Signal(Signal),
    /// `shutdown_timeout` has passed.
    Timeout,
}

/// One event of the stream on which all observers hang.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LifecycleEvent {
    /// When, since the app began.
    pub at: Moment,
    /// What happened.
    pub what: What,
}

/// What the engine puts out, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Output {
    /// For the driver.
    Command(Command),
    /// For observers.
    Event(LifecycleEvent),
    /// For whoever asked: the effect is complete, or why it will not be. Said once for each request.
    Answer(Op, Result<(), Refusal>),
}
