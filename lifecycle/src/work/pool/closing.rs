//! The end of a pool: the books are closed, what is left is handed back, the report is told.

use std::sync::{Arc, Weak};

use super::account::Stats;
use super::log::Log;
use super::report::{Living, PoolReport};
use super::work::{Unfinished, Work};
use super::workers::Core;
use crate::component::BoxError;
use crate::context::Context;

/// Closes the books, and tells the report, when the component's cleanups run; or when it is dropped, because they never
/// will.
struct Closing<J: Send + 'static, T, E> {
    core: Arc<Core<J, T, E>>,
    log: Arc<Log>,
    /// The pool as the status knows it.
    living: Weak<dyn Living>,
}

pub(super) fn register<W: Work, C>(
    cx: &Context<C>,
    core: &Arc<Core<W::Job, W::Output, W::Error>>,
    log: &Arc<Log>,
    work: &Arc<W>,
) {
    let closing = Arc::new(Closing {
        core: Arc::clone(core),
        log: Arc::clone(log),
        living: Arc::downgrade(core) as Weak<dyn Living>,
    });
    log.begun(Weak::clone(&closing.living));
    let (work, abandoned) = (Arc::clone(work), Arc::clone(&closing));
    cx.add_cleanup(
        format!("unfinished jobs of pool {}", core.name()).into(),
        move || async move {
            match closing.close() {
                Some(unfinished) => work.unfinished(unfinished).await,
                None => Ok::<(), BoxError>(()),
            }
        },
        Some(Box::new(move || abandoned.abandon())),
    );
}

impl<J: Send + 'static, T, E> Closing<J, T, E> {
    /// What is left, if anything is.
    fn close(&self) -> Option<Unfinished<J>> {
        let left = self.core.queue.close()?;
        let handed_back = left.stats.handed_back;
        let report = self.core.report_of(left.stats);
        self.log.ended(&self.living, report);
        let unfinished = Unfinished {
            taken: handed_back - left.jobs.len() as u64,
            jobs: left.jobs,
        };
        (handed_back > 0).then_some(unfinished)
    }

    /// Nobody hands anything back any more.
    fn abandon(&self) {
        if let Some(left) = self.close() {
            self.log.discard(left.jobs);
        }
    }
}

impl<J, T, E> Core<J, T, E> {
    fn report_of(&self, stats: Stats) -> PoolReport {
        PoolReport {
            name: self.name().to_owned(),
            capacity: self.options.queue_capacity(),
            stats,
            errors: self.errors.texts(),
            kept: self.options.errors_kept(),
        }
    }
}

impl<J: Send, T: Send, E: Send> Living for Core<J, T, E> {
    fn report(&self) -> PoolReport {
        self.report_of(self.queue.stats())
    }
}

impl<J: Send + 'static, T, E> Drop for Closing<J, T, E> {
    fn drop(&mut self) {
        self.abandon();
    }
}
