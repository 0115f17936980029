//! What is kept of a schedule, for the status and for its next task.

use super::ticks::{Ticks, When};
use crate::engine::Moment;
use crate::health::Health;
use crate::observe::ScheduleStatus;

#[derive(Debug)]
pub(crate) struct Record {
    pub(crate) status: ScheduleStatus,
    /// What tells it apart: its place in order among those of the component.
    pub(super) id: u64,
    when: When,
    owner: Owner,
    /// Where it goes on when the run loop of the same instance begins anew.
    pub(super) ticks: Option<Ticks>,
    /// When the last run ended, and how long that took.
    pub(crate) ended: (Moment, Moment),
}

/// Whose a record is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Owner {
    /// That of a task.
    Task,
    /// That of the next task of this name: the last one ended with the work of the component, which may begin anew.
    Next,
    /// The same, and the work has begun anew since.
    Missed,
}

impl Record {
    fn new(id: u64, name: &str, when: When) -> Self {
        Self {
            id,
            when,
            owner: Owner::Task,
            status: ScheduleStatus {
                name: name.to_owned(),
                runs: 0,
                failed: 0,
                panicked: 0,
                skipped: 0,
                failing: 0,
                last_error: None,
                running: false,
                next: None,
            },
            ticks: None,
            ended: (Moment::ZERO, Moment::ZERO),
        }
    }

    /// The record of a new task, and where that goes on. One of this name that waits for its next task is taken up; what
    /// goes by something else than the last one begins afresh.
    pub(super) fn take_up(all: &mut Vec<Self>, name: &str, when: When) -> (u64, Option<Ticks>) {
        let waits = |it: &&mut Self| it.owner != Owner::Task && it.status.name == name;
        let mut waiting: Vec<_> = all.iter_mut().filter(waits).collect();
        // Of several, the one that went by the same.
        waiting.sort_by_key(|it| it.when != when);
        let Some(record) = waiting.into_iter().next() else {
            let id = all.last().map_or(0, |last| last.id + 1);
            all.push(Self::new(id, name, when));
            return (id, None);
        };
        let ticks = record.ticks.take().filter(|_| record.when == when);
        record.when = when;
        record.owner = Owner::Task;
        (record.id, ticks)
    }

    /// The record of a task.
    pub(super) fn of(all: &mut [Self], id: u64) -> &mut Self {
        let at = all.binary_search_by_key(&id, |it| it.id);
        &mut all[at.expect("a record stays as long as its task")]
    }

    /// The task has ended. Unless that is because the work of the component ends, nobody wants to know of it any more.
    pub(super) fn leave(all: &mut Vec<Self>, id: u64, is_work_ending: bool) {
        let record = Self::of(all, id);
        record.status.next = None;
        record.status.running = false;
        record.status.failing = 0;
        record.owner = Owner::Next;
        if !is_work_ending {
            all.retain(|it| it.id != id);
        }
    }

    /// The work of the component has begun. What the work before it did not take up is forgotten.
    pub(crate) fn sweep(all: &mut Vec<Self>) {
        all.retain(|it| it.owner != Owner::Missed);
        for record in all.iter_mut().filter(|it| it.owner == Owner::Next) {
            record.owner = Owner::Missed;
        }
    }

    /// A warning, if any of them fails: of the first that does. `counted`, it says how often.
    pub(crate) fn failing(all: &[Self], counted: bool) -> Option<Health> {
        let record = all.iter().find(|record| record.status.failing > 0)?;
        let ScheduleStatus {
            name,
            failing,
            last_error,
            ..
        } = &record.status;
        let times = match failing {
            more @ 2.. if counted => format!(" {more} times in a row"),
            _ => String::new(),
        };
        let error = last_error.as_deref().unwrap_or_default();
        Some(Health::warning(format!("`{name}` failed{times}: {error}")))
    }

    /// Another instance is made, which begins afresh.
    pub(crate) fn forget(&mut self) {
        self.ticks = None;
    }
}
