//! What events say, kept until it is recorded: nothing here allocates for an event of a component that is known.

use std::collections::VecDeque;
use std::time::Duration;

use crate::engine::{Change, Key, Moment, Phase, What};
use crate::health::Level;
use crate::observe::Event;
use crate::plan::{Plan, Restart, Stage};

/// The states that metrics tell apart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Standing {
    #[default]
    Down,
    Starting,
    Up,
    Restarting,
    Stopping,
    Failed,
}

impl Standing {
    pub(super) const COUNT: usize = 6;

    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Down => "down",
            Self::Starting => "starting",
            Self::Up => "up",
            Self::Restarting => "restarting",
            Self::Stopping => "stopping",
            Self::Failed => "failed",
        }
    }
}

/// Something that took its time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Took {
    Start(Duration),
    Stop(Duration),
}

/// One component.
#[derive(Debug, Default)]
struct Row {
    standing: Standing,
    /// Its state has changed since it was recorded, or never was.
    changed: bool,
    failed: bool,
    starting: Option<Moment>,
    stopping: Option<Moment>,
    /// The restarts that may still count.
    restarts: VecDeque<Moment>,
}

/// What has happened and is not recorded.
#[derive(Debug, Default)]
pub(super) struct Story {
    plan: Option<Plan>,
    rows: Vec<Row>,
    changed: Vec<Key>,
    took: Vec<(Key, Took)>,
    pub(super) failures: Vec<(String, Stage)>,
    pub(super) health: Vec<(String, Level)>,
    marks: Marks,
    /// Somebody knows that there is something to record.
    pub(super) is_told: bool,
}

/// What happened to the app as a whole, and when.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Marks {
    pub(super) phase: Option<Phase>,
    /// All was up.
    pub(super) running: Option<Moment>,
    /// It began to stop.
    pub(super) shutdown: Option<Moment>,
    pub(super) ended: Option<Moment>,
}

/// What is taken out of a story to be recorded.
#[derive(Debug)]
pub(super) struct News {
    pub(super) plan: Option<Plan>,
    pub(super) states: Vec<(Key, Standing)>,
    pub(super) took: Vec<(Key, Took)>,
    pub(super) failures: Vec<(String, Stage)>,
    pub(super) health: Vec<(String, Level)>,
    pub(super) marks: Marks,
}

impl Story {
    pub(super) fn event(&mut self, event: &Event<'_>) {
        if self.rows.len() < event.plan().len() {
            self.meet(event.plan());
        }
        match event.what() {
            What::Phase(phase) => {
                self.marks.phase = Some(phase);
                match phase {
                    Phase::Running => self.marks.running = Some(event.at()),
                    Phase::Ended => self.marks.ended = Some(event.at()),
                    _ => {}
                }
            }
            What::Shutdown(_) => self.marks.shutdown = Some(event.at()),
            What::Component(key, change) => self.change(key, change, event.at()),
            What::Ignored(_) | What::Forced(_) => {}
        }
    }

    /// Components that were not there before.
    fn meet(&mut self, plan: &Plan) {
        let new = self.rows.len()..plan.len();
        self.changed.extend(new.clone().map(|key| key as Key));
        self.rows.extend(new.map(|_| Row {
            changed: true,
            ..Row::default()
        }));
        self.plan = Some(plan.clone());
    }

    fn change(&mut self, key: Key, change: Change, at: Moment) {
        let row = &mut self.rows[key as usize];
        if let Some(took) = row.time(change, at) {
            self.took.push((key, took));
        }
        if let Change::Restarting { restarts, .. } = change
            && let Some(plan) = &self.plan
        {
            let policy = &plan.nodes()[key as usize].declaration().policy;
            row.expire(at, policy.within);
            if restarts as usize > row.restarts.len() {
                row.restarts.push_back(at);
            }
        }
        let standing = row.after(change);
        if standing != row.standing {
            row.standing = standing;
            if !std::mem::replace(&mut row.changed, true) {
                self.changed.push(key);
            }
        }
    }

    /// What is new since it was last asked for.
    pub(super) fn take(&mut self) -> News {
        self.is_told = false;
        let changed = std::mem::take(&mut self.changed).into_iter();
        let states = changed.map(|key| {
            let row = &mut self.rows[key as usize];
            row.changed = false;
            (key, row.standing)
        });
        News {
            states: states.collect(),
            plan: self.plan.clone(),
            took: std::mem::take(&mut self.took),
            failures: std::mem::take(&mut self.failures),
            health: std::mem::take(&mut self.health),
            marks: self.marks,
        }
    }

    /// How much of its restarts each component has used, of those that have any.
    pub(super) fn restarts(&mut self, now: Moment) -> Vec<(Key, f64)> {
        let nodes = self.plan.iter().flat_map(Plan::nodes);
        let rows = (0..).zip(self.rows.iter_mut().zip(nodes));
        let used = rows.filter_map(|(key, (row, node))| {
            let policy = &node.declaration().policy;
            if policy.restart == Restart::Never || policy.max_restarts == 0 {
                return None;
            }
            row.expire(now, policy.within);
            let used = row.restarts.len() as f64 / f64::from(policy.max_restarts);
            Some((key, used.min(1.0)))
        });
        used.collect()
    }
}

impl Row {
    /// How long something took that ends with this change.
    fn time(&mut self, change: Change, at: Moment) -> Option<Took> {
        let since = |begun: Option<Moment>| begun.map(|begun| at.saturating_sub(begun));
        match change {
            Change::Starting { .. } => self.starting = Some(at),
            Change::Quiescing => self.stopping = Some(at),
            Change::Up => return since(self.starting.take()).map(Took::Start),
            Change::Down | Change::GivenUp(_) => {
                self.starting = None;
                return since(self.stopping.take()).map(Took::Stop);
            }
            _ => {}
        }
        None
    }

    /// The state in which this change leaves it.
    fn after(&mut self, change: Change) -> Standing {
        match change {
            Change::Starting { .. } => {
                self.failed = false;
                Standing::Starting
            }
            Change::Loading | Change::Queued | Change::Retrying { .. } => Standing::Starting,
            Change::Warming if self.standing != Standing::Restarting => Standing::Starting,
            Change::Up | Change::Finished => Standing::Up,
            Change::Recalling | Change::Tidying | Change::Restarting { .. } => Standing::Restarting,
            Change::Cancelling | Change::Quiescing | Change::Stopping | Change::Cleaning => {
                Standing::Stopping
            }
            Change::Failed(_) => {
                self.failed = true;
                match self.standing {
                    Standing::Down => Standing::Failed,
                    other => other,
                }
            }
            Change::Down if self.failed => Standing::Failed,
            Change::Loaded | Change::Down => Standing::Down,
            Change::GivenUp(_) => Standing::Failed,
            _ => self.standing,
        }
    }

    /// Restarts that lie so far back count no more.
    fn expire(&mut self, now: Moment, within: Duration) {
        while let Some(oldest) = self.restarts.front()
            && oldest.saturating_add(within) <= now
        {
            self.restarts.pop_front();
        }
    }
}
