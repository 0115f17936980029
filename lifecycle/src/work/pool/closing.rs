//! The end of a pool: the books are closed, what is left is handed back, the report is told.

use std::sync::{Arc, Weak};

use super::report::{Living, PoolReport};
use super::work::{Unfinished, Work};
use super::workers::Core;
use crate::component::BoxError;
use crate::context::Context;
use crate::driver::{Shared, catch_panic};
use crate::engine::Key;

/// Closes the books, and tells the report, when the component's cleanups run; or when it is dropped, because they never
/// will.
struct Closing<J, T, E> {
    core: Arc<Core<J, T, E>>,
    // Not a context, which would keep the life alive whose cleanup this is.
    shared: Arc<Shared>,
    component: Key,
    /// The pool as the status knows it.
    living: Weak<dyn Living>,
}

pub(super) fn register<W: Work, C>(
    cx: &Context<C>,
    core: &Arc<Core<W::Job, W::Output, W::Error>>,
    work: &Arc<W>,
) {
    let (shared, component) = cx.place();
    let closing = Closing {
        core: Arc::clone(core),
        shared,
        component,
        living: Arc::downgrade(core) as Weak<dyn Living>,
    };
    let living = Weak::clone(&closing.living);
    closing.shared.open_pool(component, living);
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
        self.shared.add_pool(
            self.component,
            &self.living,
            PoolReport {
                name: self.core.name().to_owned(),
                stats: left.stats,
                errors: self.core.errors.take_texts(),
            },
        );
        let unfinished = Unfinished {
            taken: handed_back - left.jobs.len() as u64,
            jobs: left.jobs,
        };
        if handed_back > 0 {
            let pool = self.core.name();
            tracing::warn!(target: "lifecycle", pool, "{handed_back} jobs were not done");
        }
        (handed_back > 0).then_some(unfinished)
    }
}

impl<J: Send, T: Send, E: Send> Living for Core<J, T, E> {
    fn report(&self) -> PoolReport {
        PoolReport {
            name: self.name().to_owned(),
            stats: self.queue.stats(),
            errors: self.errors.texts(),
        }
    }
}

impl<J, T, E> Drop for Closing<J, T, E> {
    fn drop(&mut self) {
        let left = self.close();
        let _ = catch_panic(|| drop(left));
    }
}
