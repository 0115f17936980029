//! The end of a pool: the books are closed, what is left is handed back, the report is told.

use std::sync::{Arc, Weak};

use super::report::{Living, PoolReport};
use super::work::{Unfinished, Work};
use super::workers::Core;
use crate::component::BoxError;
use crate::context::Context;
use crate::driver::Shared;
use crate::engine::Key;

/// Closes the books, and tells the report, when the component's cleanups run; or when it is dropped, because they never
/// will.
struct Closing<J: Send + 'static, T, E> {
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
    let closing = Arc::new(Closing {
        core: Arc::clone(core),
        shared,
        component,
        living: Arc::downgrade(core) as Weak<dyn Living>,
    });
    let living = Weak::clone(&closing.living);
    closing.shared.open_pool(component, living);
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
        self.shared.add_pool(
            self.component,
            &self.living,
            PoolReport {
                name: self.core.name().to_owned(),
                stats: left.stats,
                errors: self.core.errors.texts(),
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

impl<J: Send + 'static, T, E> Closing<J, T, E> {
    /// Nobody hands anything back any more.
    fn abandon(&self) {
        if let Some(left) = self.close() {
            self.shared.discard_each(left.jobs);
        }
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

impl<J: Send + 'static, T, E> Drop for Closing<J, T, E> {
    fn drop(&mut self) {
        self.abandon();
    }
}
