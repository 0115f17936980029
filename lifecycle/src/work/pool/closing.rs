//! The end of a pool: the books are closed, what is left is handed back, the report is told.

use std::sync::Arc;

use super::log::Log;
use super::report::PoolReport;
use super::work::{Unfinished, Work};
use super::workers::Core;
use crate::component::BoxError;
use crate::context::Context;
use crate::driver::catch_panic;

/// Closes the books, and tells the report, when the component's cleanups run; or when it is dropped, because they never
/// will.
struct Closing<J, T, E> {
    core: Arc<Core<J, T, E>>,
    log: Arc<Log>,
}

pub(super) fn register<W: Work, C>(
    cx: &Context<C>,
    core: &Arc<Core<W::Job, W::Output, W::Error>>,
    log: &Arc<Log>,
    work: &Arc<W>,
) {
    let closing = Closing {
        core: Arc::clone(core),
        log: Arc::clone(log),
    };
    let work = Arc::clone(work);
    cx.on_cleanup(
        format!("unfinished jobs of pool {}", core.name()),
        move || async move {
            match closing.close() {
                Some(unfinished) => work.unfinished(unfinished).await,
                None => Ok::<(), BoxError>(()),
            }
        },
    );
}

impl<J, T, E> Closing<J, T, E> {
    /// What is left, if anything is.
    fn close(&self) -> Option<Unfinished<J>> {
        let left = self.core.queue.close()?;
        let handed_back = left.stats.handed_back;
        self.log.ended(PoolReport {
            name: self.core.name().to_owned(),
            stats: left.stats,
            errors: self.core.errors.texts(),
            kept: self.core.options.errors_kept(),
        });
        let unfinished = Unfinished {
            taken: handed_back - left.jobs.len() as u64,
            jobs: left.jobs,
        };
        (handed_back > 0).then_some(unfinished)
    }
}

impl<J, T, E> Drop for Closing<J, T, E> {
    fn drop(&mut self) {
        let left = self.close();
        let _ = catch_panic(|| drop(left));
    }
}
