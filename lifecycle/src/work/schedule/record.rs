//! What is kept of a schedule, for the status and for its next task.

use super::ticks::Ticks;
use crate::engine::Moment;
use crate::health::Answer;
use crate::observe::ScheduleStatus;

#[derive(Debug)]
pub(crate) struct Record {
    pub(crate) status: ScheduleStatus,
    /// Where it goes on when the run loop of the same instance begins anew.
    pub(super) ticks: Option<Ticks>,
    /// When the last run ended, and how long that took.
    pub(crate) ended: (Moment, Moment),
}

impl Record {
    pub(crate) fn new(name: &str) -> Self {
        Self {
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

    /// The answer of the health check, unless that is well and a schedule is not.
    pub(crate) fn health(check: Option<Answer>, all: &[Self]) -> Option<Answer> {
        if check.as_ref().is_some_and(|answer| !answer.healthy) {
            return check;
        }
        let failing = all.iter().find(|record| record.status.failing > 0);
        failing.map(Self::answer).or(check)
    }

    fn answer(&self) -> Answer {
        let ScheduleStatus {
            name,
            failing,
            last_error,
            ..
        } = &self.status;
        let times = match failing {
            1 => String::new(),
            more => format!(" {more} times in a row"),
        };
        let error = last_error.as_deref().unwrap_or_default();
        let (at, took) = self.ended;
        Answer {
            healthy: false,
            problem: Some(format!("`{name}` failed{times}: {error}")),
            took,
            at,
        }
    }

    /// Nothing comes next, until the component's work begins anew.
    pub(crate) fn pause(&mut self) {
        self.status.next = None;
        self.status.running = false;
    }

    /// The instance is gone: the next one begins afresh.
    pub(crate) fn forget(&mut self) {
        self.pause();
        self.ticks = None;
        self.status.failing = 0;
    }
}
