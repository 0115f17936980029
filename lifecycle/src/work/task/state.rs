//! When a task runs next: what was asked of it, without a clock, a queue or a lock.
//!
//! Invariants, which hold after every call:
//! 1. Whatever was asked of a task that is not running, in however many ways, is answered by its next run.
//! 2. What is asked during a run is answered by one more run.
//! 3. Once it is cancelled, nothing is asked of it any more.

use std::time::Duration;

use crate::engine::Moment;
use crate::work::Priority;

/// What is asked of a task.
#[derive(Debug, Default)]
pub(super) struct State {
    /// To run as soon as it is its turn.
    queued: Option<Place>,
    due: Option<Due>,
    every: Option<Duration>,
    max_delay: Option<Duration>,
    running: bool,
    /// Somebody carries it out.
    carried: bool,
    cancelled: bool,
}

/// It is to run later.
#[derive(Clone, Copy, Debug)]
struct Due {
    at: Moment,
    /// Because it repeats, and not because somebody asked for just that.
    repeats: bool,
}

/// Who has to hear of what was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Told {
    /// Nobody: nothing is new.
    Nobody,
    /// Whoever carries it out.
    Carrier,
    /// Somebody has to begin to carry it out.
    NewCarrier,
}

/// What comes next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// Nothing: nobody has to carry it out.
    Rest,
    /// Wait until then.
    Sleep(Moment),
    /// Wait for its turn.
    Wait {
        place: Place,
        /// It becomes more urgent then.
        until: Option<Moment>,
    },
}

/// A place in the queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) priority: Priority,
    /// When it is to run, whatever else does.
    pub(super) latest: Option<Moment>,
}

/// What has come due goes before what is only queued.
const DUE: Priority = Priority::Medium;

impl State {
    pub(super) fn set_max_delay(&mut self, delay: Duration) {
        self.max_delay = Some(delay);
    }

    pub(super) fn is_cancelled(&self) -> bool {
        self.cancelled
    }

    /// Asks for a run.
    pub(super) fn queue(&mut self, now: Moment, priority: Priority) -> Told {
        if self.cancelled {
            return Told::Nobody;
        }
        if self
            .queued
            .is_some_and(|queued| queued.priority >= priority)
        {
            return Told::Nobody;
        }
        self.enter(now, priority);
        self.told()
    }

    /// Asks for a run at some time, instead of any other time.
    pub(super) fn at(&mut self, at: Moment) -> Told {
        if self.cancelled {
            return Told::Nobody;
        }
        self.due = Some(Due { at, repeats: false });
        self.told()
    }

    /// Has it run again and again, or no more than it is asked to.
    pub(super) fn repeat(&mut self, now: Moment, every: Option<Duration>) -> Told {
        if self.cancelled {
            return Told::Nobody;
        }
        self.every = every;
        self.due = self.due.filter(|due| !due.repeats);
        self.plan_next(now);
        self.told()
    }

    /// Forgets all that was asked, for ever.
    pub(super) fn cancel(&mut self) -> Told {
        self.cancelled = true;
        self.abandon();
        if self.carried {
            Told::Carrier
        } else {
            Told::Nobody
        }
    }

    /// Its place in the queue, if it has one: a run has to end first.
    pub(super) fn place(&self) -> Option<Place> {
        self.queued.filter(|_| !self.running)
    }

    /// What comes next. Who is told to rest carries it out no longer.
    pub(super) fn next(&mut self, now: Moment) -> Step {
        if let Some(due) = self.due.filter(|due| due.at <= now) {
            self.due = None;
            self.enter(due.at, DUE);
        }
        match (self.place(), self.due) {
            (Some(place), due) => Step::Wait {
                place,
                until: due.map(|due| due.at),
            },
            (None, Some(due)) => Step::Sleep(due.at),
            (None, None) => {
                self.carried = false;
                Step::Rest
            }
        }
    }

    /// It is its turn; `false` if there is nothing to do any more.
    pub(super) fn begin(&mut self) -> bool {
        if self.queued.take().is_none() {
            return false;
        }
        self.due = None;
        self.running = true;
        true
    }

    /// Its run has ended.
    pub(super) fn end(&mut self, now: Moment) {
        self.running = false;
        self.plan_next(now);
    }

    /// Forgets all that was asked; gives how many runs that somebody asked for will never begin.
    pub(super) fn abandon(&mut self) -> u64 {
        let asked = self.queued.is_some() || self.due.is_some_and(|due| !due.repeats);
        self.queued = None;
        self.due = None;
        self.every = None;
        u64::from(asked)
    }

    /// Enters the queue, or goes on in it as one more urgent.
    fn enter(&mut self, since: Moment, priority: Priority) {
        let latest = self.max_delay.map(|delay| since.saturating_add(delay));
        let queued = self.queued.get_or_insert(Place { priority, latest });
        queued.priority = queued.priority.max(priority);
    }

    /// Has it run again after a while, if it repeats and nothing else is asked.
    fn plan_next(&mut self, now: Moment) {
        if self.running || self.queued.is_some() || self.due.is_some() {
            return;
        }
        self.due = self.every.map(|every| Due {
            at: now.saturating_add(every),
            repeats: true,
        });
    }

    fn told(&mut self) -> Told {
        match std::mem::replace(&mut self.carried, true) {
            true => Told::Carrier,
            false => Told::NewCarrier,
        }
    }
}

#[cfg(test)]
mod tests;
