//! What events say, kept until it is recorded: of each component no more than so much, also when nobody records it any more.

use std::collections::{HashMap, VecDeque};
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

/// Of how many starts and stops of one component the time is kept until it is recorded.
const TIMES: usize = 16;

/// What is new of one component.
#[derive(Debug, Default)]
pub(super) struct Fresh {
    pub(super) standing: Option<Standing>,
    pub(super) took: Vec<Took>,
    /// Each stage once, and how often it failed.
    pub(super) failures: Vec<(Stage, u64)>,
    pub(super) health: Option<Level>,
}

/// One component.
#[derive(Debug, Default)]
struct Row {
    standing: Standing,
    fresh: Fresh,
    /// It is among those of which something is new.
    is_listed: bool,
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
    keys: HashMap<String, Key>,
    /// Those of which something is new.
    fresh: Vec<Key>,
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
    pub(super) fresh: Vec<(Key, Fresh)>,
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

    /// One of its stages failed.
    pub(super) fn failed(&mut self, component: &str, stage: Stage) {
        let Some(key) = self.key(component) else {
            return;
        };
        let failures = &mut self.fresh(key).failures;
        match failures.iter_mut().find(|(known, _)| *known == stage) {
            Some((_, count)) => *count += 1,
            None => failures.push((stage, 1)),
        }
    }

    pub(super) fn health(&mut self, component: &str, level: Level) {
        if let Some(key) = self.key(component) {
            self.fresh(key).health = Some(level);
        }
    }

    fn key(&self, component: &str) -> Option<Key> {
        self.keys.get(component).copied()
    }

    /// What is new of one, to write more of it.
    fn fresh(&mut self, key: Key) -> &mut Fresh {
        let row = &mut self.rows[key as usize];
        if !std::mem::replace(&mut row.is_listed, true) {
            self.fresh.push(key);
        }
        &mut row.fresh
    }

    /// Components that were not there before.
    fn meet(&mut self, plan: &Plan) {
        for (key, node) in plan.nodes().iter().enumerate().skip(self.rows.len()) {
            let key = key as Key;
            self.rows.push(Row::default());
            self.fresh(key).standing = Some(Standing::default());
            // Of several of one name, the first.
            self.keys.entry(node.name().to_owned()).or_insert(key);
        }
        self.plan = Some(plan.clone());
    }

    fn change(&mut self, key: Key, change: Change, at: Moment) {
        let row = &mut self.rows[key as usize];
        let took = row.time(change, at);
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
            self.fresh(key).standing = Some(standing);
        }
        if let Some(took) = took {
            let times = &mut self.fresh(key).took;
            if times.len() < TIMES {
                times.push(took);
            }
        }
    }

    /// What is new since it was last asked for.
    pub(super) fn take(&mut self) -> News {
        self.is_told = false;
        let fresh = std::mem::take(&mut self.fresh).into_iter();
        let fresh = fresh.map(|key| {
            let row = &mut self.rows[key as usize];
            row.is_listed = false;
            (key, std::mem::take(&mut row.fresh))
        });
        News {
            fresh: fresh.collect(),
            plan: self.plan.clone(),
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

#[cfg(test)]
mod tests;
