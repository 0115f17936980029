//! What is known of one component, for the status, the report and those that hold it.

use std::sync::Weak;
use std::time::Duration;

use super::stamp::Stamp;
use crate::app::Outcome;
use crate::component::Instance;
use crate::engine::{Change, FailureKind, Moment, State};
use crate::health::Book;
use crate::observe::ScheduleStatus;
use crate::pool::{Living, PoolReport};
use crate::schedule::Record as Schedule;
use crate::task::TaskReport;
use crate::work::Tally;

#[derive(Default)]
pub(super) struct Cell {
    pub(super) instance: Option<Instance>,
    pub(super) times: Times,
    /// What few components have.
    pub(super) extra: Option<Box<Extra>>,
}

#[derive(Default)]
pub(super) struct Extra {
    /// What the load hook gave.
    pub(super) loaded: Option<Instance>,
    pub(super) note: Option<String>,
    /// Notes that the driver has yet to tell.
    pub(super) untold: usize,
    /// The last note of those that were too many to be told one by one.
    pub(super) skipped: Option<String>,
    /// What is known of its health, once anything is.
    pub(super) health: Option<Box<Book>>,
    /// The pools that have come down.
    pub(super) pools: Vec<PoolReport>,
    /// Those that have not.
    pub(super) open: Vec<Weak<dyn Living>>,
    pub(super) tally: Option<Box<Tally>>,
    pub(super) schedules: Vec<Schedule>,
}

impl Cell {
    pub(super) fn extra(&mut self) -> &mut Extra {
        self.extra.get_or_insert_default()
    }

    pub(super) fn note(&self) -> Option<String> {
        self.extra.as_ref()?.note.clone()
    }

    pub(super) fn loaded(&self) -> Option<Instance> {
        self.extra.as_ref()?.loaded.clone()
    }

    /// The pools that the component left behind.
    pub(super) fn pools(&self) -> Vec<PoolReport> {
        let pools = self.extra.as_ref().map(|extra| extra.pools.clone());
        pools.unwrap_or_default()
    }

    /// The pools that have not come down.
    pub(super) fn open_pools(&self) -> Vec<Weak<dyn Living>> {
        let open = self.extra.as_ref().map(|extra| extra.open.clone());
        open.unwrap_or_default()
    }

    /// What it does again and again.
    pub(super) fn schedules(&self) -> Vec<ScheduleStatus> {
        let schedules = self.extra.iter().flat_map(|extra| &extra.schedules);
        schedules.map(|record| record.status.clone()).collect()
    }

    /// What became of its tasks, if it had any.
    pub(super) fn tasks(&self) -> Option<TaskReport> {
        let tally = self.extra.as_ref()?.tally.as_ref()?;
        Some(tally.report())
    }

    /// Keeps a change.
    pub(super) fn apply(
        &mut self,
        change: Change,
        state: State,
        at: Moment,
        deadline: Option<Moment>,
    ) {
        self.times.apply(change, state, at);
        self.times.deadline = deadline.map(Stamp::from);
        let Some(extra) = &mut self.extra else {
            return;
        };
        match change {
            Change::Up => Schedule::sweep(&mut extra.schedules),
            Change::Starting { .. } => extra.schedules.iter_mut().for_each(Schedule::forget),
            _ => {}
        }
        match change {
            Change::Up => extra.note = None,
            // What was checked is gone.
            Change::Tidying | Change::Down => {
                if let Some(book) = &mut extra.health {
                    book.begin_checks(None);
                }
            }
            _ => {}
        }
        extra.settle_silently(at);
    }
}

/// When one component did what.
#[derive(Clone, Default)]
pub(super) struct Times {
    pub(super) state: Option<State>,
    /// When it entered its present state.
    pub(super) since: Moment,
    /// When its present way up or down began, which is what its limits count from.
    pub(super) begun: Moment,
    /// Until when what it is doing has to be done, as far as that is known.
    deadline: Option<Stamp>,
    pub(super) starting: Option<Stamp>,
    pub(super) up: Option<Stamp>,
    pub(super) stopping: Option<Stamp>,
    pub(super) down: Option<Stamp>,
    pub(super) attempts: u32,
    pub(super) restarts: u32,
    pub(super) finished: bool,
    pub(super) failed: bool,
    pub(super) aborted: bool,
    pub(super) given_up: bool,
    /// A sign of life did not come in time, and the work that owes it has not ended.
    pub(super) missed: bool,
    /// It came up, and has not been told to stop: others may hold it, also while its work begins anew.
    pub(super) held: bool,
    /// Its run loop was called, and has yet to say that it is ready.
    warming: bool,
    /// The app cannot do without it.
    pub(super) required: bool,
    pub(super) wish: Wish,
}

/// Whether a component is to be up, once the start has begun.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Wish {
    #[default]
    Up,
    /// Somebody asked that it be down.
    Disabled,
    /// What it needs is disabled, or nobody needs it.
    Idle,
}

impl Times {
    fn apply(&mut self, change: Change, state: State, at: Moment) {
        if self.state != Some(state) {
            self.state = Some(state);
            self.since = at;
        }
        match change {
            Change::Failed(failure) | Change::Crashed(failure) => {
                self.missed |= failure.kind == FailureKind::Heartbeat;
            }
            Change::Up | Change::Restarting { .. } | Change::Down => self.missed = false,
            _ => {}
        }
        match change {
            Change::Loading | Change::Recalling | Change::Tidying => self.begun = at,
            Change::Starting { attempt } => {
                self.starting.get_or_insert(at.into());
                self.begun = at;
                self.attempts = attempt;
                self.finished = false;
                self.failed = false;
                self.restarts += u32::from(self.up.is_some() && attempt == 1);
            }
            // Held, it warms up anew: the limit counts from here.
            Change::Warming => {
                self.warming = true;
                if self.held {
                    self.begun = at;
                    self.restarts += 1;
                }
            }
            Change::Up => {
                self.up.get_or_insert(at.into());
                let warmed = std::mem::take(&mut self.warming);
                self.restarts += u32::from(self.held && !warmed);
                self.held = true;
                self.aborted = false;
            }
            Change::Finished => self.finished = true,
            Change::Failed(_) => self.failed = true,
            Change::Restarting { .. } => self.finished = false,
            Change::Quiescing => {
                self.begun = at;
                if std::mem::take(&mut self.held) {
                    self.stopping = Some(at.into());
                }
            }
            Change::Overstayed(_) => self.aborted = true,
            Change::GivenUp(_) => {
                self.given_up = true;
                self.held = false;
            }
            Change::Down => {
                self.down = Some(at.into());
                self.held = false;
            }
            _ => {}
        }
    }

    /// How much time is left for what it is doing; a heartbeat's deadline is none of that.
    pub(super) fn left(&self, now: Moment) -> Option<Duration> {
        let at = self.deadline.filter(|_| self.state().is_moving())?;
        Some(Moment::from(at).saturating_sub(now))
    }

    pub(super) fn state(&self) -> State {
        self.state.unwrap_or(State::Down)
    }

    /// How it ended.
    pub(super) fn outcome(&self) -> Outcome {
        match self {
            Self { given_up: true, .. } => Outcome::GivenUp,
            Self { failed: true, .. } => Outcome::Failed,
            Self { starting: None, .. } => Outcome::NotStarted,
            Self { up: None, .. } => Outcome::Cancelled,
            Self { aborted: true, .. } => Outcome::Aborted,
            Self { finished: true, .. } => Outcome::Finished,
            _ => Outcome::Stopped,
        }
    }
}
