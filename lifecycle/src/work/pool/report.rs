//! What a pool leaves behind for the report.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::account::Stats;
use crate::component::BoxError;
use crate::driver::text_of;

/// One pool of a component, in a [status](crate::observe::ComponentStatus) or a [report](crate::app::ComponentReport).
#[derive(Clone, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct PoolReport {
    /// The name of the pool.
    pub name: String,
    /// How many jobs may wait for a worker; `None` for any number.
    pub capacity: Option<usize>,
    /// What became of its jobs, over all lives of the component.
    pub stats: Stats,
    /// The last errors of jobs that nobody waited for, as far as they are kept, each with its causes.
    pub errors: Vec<String>,
    /// How many these may be.
    #[cfg_attr(feature = "serde", serde(skip))]
    pub(super) kept: usize,
}

/// A pool that has workers, for those who want to know how it is.
pub(crate) trait Living: Send + Sync {
    /// What it would leave behind now.
    fn report(&self) -> PoolReport;
}

impl PoolReport {
    /// Puts a report among those of the same component: pools of one name are one.
    pub(crate) fn join(all: &mut Vec<Self>, report: Self) {
        match all.iter_mut().find(|pool| pool.name == report.name) {
            Some(earlier) => earlier.add(report),
            None => all.push(report),
        }
    }

    /// Adds what a later life of the same pool left behind.
    fn add(&mut self, later: Self) {
        self.capacity = later.capacity;
        self.stats += &later.stats;
        self.kept = self.kept.max(later.kept);
        self.errors.extend(later.errors);
        let surplus = self.errors.len().saturating_sub(self.kept);
        self.errors.drain(..surplus);
    }
}

/// The last errors of a pool, in words.
#[derive(Debug)]
pub(super) struct Errors {
    last: Mutex<VecDeque<String>>,
    limit: usize,
}

impl Errors {
    pub(super) fn new(limit: usize) -> Self {
        Self {
            last: Mutex::default(),
            limit,
        }
    }

    pub(super) fn keep(&self, error: BoxError) {
        let text = text_of(error);
        let mut last = self.last();
        last.push_back(text);
        if last.len() > self.limit {
            last.pop_front();
        }
    }

    /// The messages, each with those of its causes.
    pub(super) fn texts(&self) -> Vec<String> {
        self.last().iter().cloned().collect()
    }

    fn last(&self) -> MutexGuard<'_, VecDeque<String>> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
