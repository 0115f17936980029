//! What a pool leaves behind for the report.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use super::account::Stats;
use crate::component::BoxError;
use crate::driver::catch_panic;
use crate::work::chain;

/// One pool in a [report](crate::app::ComponentReport).
#[derive(Clone, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct PoolReport {
    /// The name of the pool.
    pub name: String,
    /// What became of its jobs, over all lives of the component.
    pub stats: Stats,
    /// The last errors of jobs that nobody waited for, as far as they are kept, each with its causes.
    pub errors: Vec<String>,
    /// How many these may be.
    #[cfg_attr(feature = "serde", serde(skip))]
    pub(super) kept: usize,
}

impl PoolReport {
    /// Adds what a later life of the same pool left behind.
    pub(crate) fn add(&mut self, later: Self) {
        self.stats.add(&later.stats);
        self.kept = self.kept.max(later.kept);
        self.errors.extend(later.errors);
        let surplus = self.errors.len().saturating_sub(self.kept);
        self.errors.drain(..surplus);
    }
}

/// The last errors of a pool.
#[derive(Debug)]
pub(super) struct Errors {
    last: Mutex<VecDeque<BoxError>>,
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
        let gone = {
            let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
            last.push_back(error);
            (last.len() > self.limit).then(|| last.pop_front())
        };
        // It is the user's code that is dropped here.
        let _ = catch_panic(|| drop(gone));
    }

    /// The messages, each with those of its causes.
    pub(super) fn texts(&self) -> Vec<String> {
        let last = std::mem::take(&mut *self.last.lock().unwrap_or_else(PoisonError::into_inner));
        last.iter().map(chain).collect()
    }
}
