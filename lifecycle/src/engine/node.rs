//! One component as the engine sees it.

use super::cause::Failure;
use super::input::{Key, Moment};
use super::restart::Restarts;
use crate::plan::{EdgeKind, Kind, Stage};

/// Where a component is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize),
    serde(rename_all = "snake_case")
)]
#[non_exhaustive]
pub enum State {
    /// Nothing of it is alive.
    Down,
    /// Its load hook runs.
    Loading,
    /// It could start, but as many as may already do.
    Queued,
    /// Its start hook runs.
    Starting,
    /// Started, and not yet ready.
    Warming,
    /// Up.
    Up,
    /// Waiting before the next attempt to start.
    Retrying,
    /// Its work is ending, to begin anew on the same instance.
    Recalling,
    /// The cleanups run that its last run left behind.
    Tidying,
    /// Waiting before its run loop is called again.
    Restarting,
    /// Its work is ending.
    Quiescing,
    /// Its stop hook runs.
    Stopping,
    /// Its cleanups run.
    Cleaning,
    /// It could not be ended, and is no longer waited for.
    GivenUp,
}

impl State {
    /// Whether something of the component is alive, so that what it depends on has to stay.
    pub const fn is_live(self) -> bool {
        match self {
            Self::Down | Self::Loading | Self::Queued | Self::Retrying | Self::GivenUp => false,
            Self::Starting
            | Self::Warming
            | Self::Up
            | Self::Recalling
            | Self::Tidying
            | Self::Restarting
            | Self::Quiescing
            | Self::Stopping
            | Self::Cleaning => true,
        }
    }

    /// Whether code of the component runs that takes it to another state, and that others may have to wait for.
    pub const fn is_moving(self) -> bool {
        match self {
            Self::Loading
            | Self::Starting
            | Self::Warming
            | Self::Recalling
            | Self::Tidying
            | Self::Quiescing
            | Self::Stopping
            | Self::Cleaning => true,
            Self::Down
            | Self::Queued
            | Self::Up
            | Self::Retrying
            | Self::Restarting
            | Self::GivenUp => false,
        }
    }

    /// The stage at which the component's code is, for messages.
    pub const fn stage(self) -> Stage {
        match self {
            Self::Loading => Stage::Load,
            Self::Down | Self::Queued | Self::Retrying | Self::Starting => Stage::Start,
            Self::Warming
            | Self::Up
            | Self::Recalling
            | Self::Restarting
            | Self::Quiescing
            | Self::GivenUp => Stage::Run,
            Self::Stopping => Stage::Stop,
            Self::Tidying | Self::Cleaning => Stage::Cleanup,
        }
    }

    /// A word for people.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Down => "down",
            Self::Loading => "loading",
            Self::Queued => "queued",
            Self::Starting => "starting",
            Self::Warming => "warming up",
            Self::Up => "up",
            Self::Retrying => "waiting to retry",
            Self::Recalling => "ending its work to restart",
            Self::Tidying => "cleaning up to restart",
            Self::Restarting => "waiting to restart",
            Self::Quiescing => "finishing its work",
            Self::Stopping => "stopping",
            Self::Cleaning => "cleaning up",
            Self::GivenUp => "given up",
        }
    }
}

/// An edge, seen from either end.
#[derive(Clone, Copy, Debug)]
pub(super) struct Link {
    pub(super) key: Key,
    pub(super) kind: EdgeKind,
}

#[derive(Clone, Debug)]
pub(super) struct Node {
    pub(super) kind: Kind,
    /// The app cannot do without it.
    pub(super) required: bool,
    /// It has a load hook that has not returned yet.
    pub(super) loads: bool,
    pub(super) runs: bool,
    /// Ranges in the engine's `dependencies` and `dependents`.
    pub(super) dependencies: (u32, u32),
    pub(super) dependents: (u32, u32),

    pub(super) state: State,
    /// Wanted for its own sake.
    pub(super) root: bool,
    /// Somebody asked for it while nobody else needed it.
    pub(super) kept: bool,
    /// Somebody asked that it be down.
    pub(super) disabled: bool,
    pub(super) wanted: bool,
    /// Failed for good.
    pub(super) failed: bool,
    /// It is to be rebuilt, and has not gone down for that yet.
    pub(super) recycling: bool,
    /// The reasons why there is no hope for it: unwanted, failed, and each hard dependency that is lost.
    pub(super) losses: u32,
    /// The reasons why it is to be rebuilt: its own mark, and each hard dependency that is to be.
    pub(super) rebuilds: u32,
    /// Dependencies that it still waits for.
    pub(super) unmet: u32,
    /// Hard dependents that are live.
    pub(super) live_dependents: u32,
    /// Optional dependents that are live and must go.
    pub(super) going_dependents: u32,

    /// Up, and so that others may start on it.
    pub(super) up: bool,
    /// It has been up since it was started.
    pub(super) been_up: bool,
    /// The start hook succeeded and the stop hook has not been called.
    pub(super) whole: bool,
    /// The run loop returned `Ok`.
    pub(super) finished: bool,
    /// Attempts to start in a row, the current one included.
    pub(super) attempt: u32,
    /// Why the current attempt failed, if it did.
    pub(super) attempt_failed: Option<Failure>,
    /// Its tasks were aborted in this state.
    pub(super) aborted: bool,
    /// It ran out of time in this state, rather than being cancelled.
    pub(super) late: bool,
    pub(super) deadline: Option<Moment>,
    /// By which number the timers know the deadline.
    pub(super) timer: u32,
    /// After it overstayed once while stopping: when the rest has to be over.
    pub(super) last_call: Option<Moment>,
    /// A cleanup overstayed, and the others were run side by side.
    pub(super) hurried: bool,
    /// Made when it is restarted for the first time: few components ever are.
    pub(super) restarts: Option<Box<Restarts>>,
}

impl Node {
    pub(super) fn new(kind: Kind, dependencies: (u32, u32)) -> Self {
        Self {
            kind,
            required: false,
            loads: false,
            runs: false,
            dependencies,
            dependents: (0, 0),
            state: State::Down,
            root: false,
            kept: false,
            disabled: false,
            wanted: false,
            failed: false,
            recycling: false,
            losses: 1,
            rebuilds: 0,
            unmet: 0,
            live_dependents: 0,
            going_dependents: 0,
            up: false,
            been_up: false,
            whole: false,
            finished: false,
            attempt: 0,
            attempt_failed: None,
            aborted: false,
            late: false,
            deadline: None,
            timer: 0,
            last_call: None,
            hurried: false,
            restarts: None,
        }
    }

    /// Whether it cannot be up as things are.
    pub(super) fn lost(&self) -> bool {
        self.losses > 0
    }

    /// Whether it must go, be it for good or to be rebuilt.
    pub(super) fn doomed(&self) -> bool {
        self.losses > 0 || self.rebuilds > 0
    }

    /// Whether an optional dependent need not wait for it any more.
    pub(super) fn settled(&self) -> bool {
        self.up || self.lost()
    }
}
