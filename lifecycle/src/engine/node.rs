//! One component as the engine sees it.

use super::cause::Failure;
use super::input::{Key, Moment};
use crate::plan::{EdgeKind, Kind, Plan, Policy, Stage};

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
            | Self::Quiescing
            | Self::Stopping
            | Self::Cleaning => true,
        }
    }

    /// The stage at which the component's code is, for messages.
    pub const fn stage(self) -> Stage {
        match self {
            Self::Loading => Stage::Load,
            Self::Down | Self::Queued | Self::Retrying | Self::Starting => Stage::Start,
            Self::Warming | Self::Up | Self::Quiescing | Self::GivenUp => Stage::Run,
            Self::Stopping => Stage::Stop,
            Self::Cleaning => Stage::Cleanup,
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
    pub(super) policy: Policy,
    /// The app cannot do without it.
    pub(super) required: bool,
    pub(super) loads: bool,
    pub(super) runs: bool,
    /// Ranges in the engine's `dependencies` and `dependents`.
    pub(super) dependencies: (u32, u32),
    pub(super) dependents: (u32, u32),

    pub(super) state: State,
    pub(super) wanted: bool,
    /// Failed for good.
    pub(super) failed: bool,
    /// The reasons why it must go: unwanted, failed, and each hard dependency that must go.
    pub(super) doom: u32,
    /// Dependencies that it still waits for.
    pub(super) unmet: u32,
    /// Hard dependents that are live.
    pub(super) live_dependents: u32,
    /// Optional dependents that are live and must go.
    pub(super) going_dependents: u32,

    pub(super) up: bool,
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
    /// After it overstayed once while stopping: when the rest has to be over.
    pub(super) last_call: Option<Moment>,
    /// A cleanup overstayed, and the others were run side by side.
    pub(super) hurried: bool,
}

impl Node {
    pub(super) fn doomed(&self) -> bool {
        self.doom > 0
    }

    /// Whether an optional dependent need not wait for it any more.
    pub(super) fn settled(&self) -> bool {
        self.up || self.doomed()
    }
}

/// Which components the app cannot do without: the roots and what such a one needs, unless declared optional.
pub(super) fn required(plan: &Plan) -> Vec<bool> {
    let mut required = vec![false; plan.len()];
    let mut todo: Vec<usize> = (0..plan.len())
        .filter(|i| plan.nodes()[*i].is_root())
        .collect();
    while let Some(i) = todo.pop() {
        if required[i] || plan.nodes()[i].declaration().policy.optional {
            continue;
        }
        required[i] = true;
        let needs = plan.dependencies(i).iter();
        let needs = needs.filter(|edge| edge.kind != EdgeKind::Optional);
        todo.extend(needs.map(|edge| edge.to as usize));
    }
    required
}
