//! Makes pools.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use super::error::JobError;
use super::options::{PoolOptions, option_setters};
use super::work::{Closure, Unfinished, Work};
use super::workers::Workers;
use crate::component::{BoxError, Outcome};
use crate::context::Context;

impl<J, T, E> Workers<J, T, E>
where
    J: Send + 'static,
    T: Send + 'static,
    E: Into<BoxError> + Send + 'static,
{
    /// Sets up a pool whose workers call this for each job.
    ///
    /// By default it has a worker for each core, room for 1024 jobs in its queue, goes on whatever jobs do, and keeps the
    /// last 16 errors for the report.
    pub fn builder<F, Fut>(work: F) -> Builder<Closure<F, J, T, E>>
    where
        F: Fn(J) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<T, E>> + Send,
    {
        Self::builder_of(Closure {
            work,
            keep: None,
            failed: None,
            unfinished: None,
            output: PhantomData,
        })
    }

    /// Sets up a pool for [`Work`] that is more than a closure.
    pub fn builder_of<W>(work: W) -> Builder<W>
    where
        W: Work<Job = J, Output = T, Error = E>,
    {
        Builder {
            work,
            options: PoolOptions::new(),
        }
    }
}

/// Sets up a pool. [`Workers::builder`] makes one.
///
/// # Examples
///
/// ```
/// use lifecycle::pool::Workers;
/// use lifecycle::prelude::*;
///
/// # fn start(cx: &Context) {
/// let pool = Workers::builder(|page: u32| async move { Ok::<_, std::io::Error>(page + 1) })
///     .name("crawler")
///     .workers(8)
///     .capacity(10_000)
///     .keep_jobs()
///     .job_failed(|page, error| println!("page {page:?}: {error}"))
///     .unfinished(|pages| async move { println!("to be read again: {:?}", pages.jobs) })
///     .start(cx);
/// # let _ = pool;
/// # }
/// ```
#[must_use = "nothing happens before it is started"]
pub struct Builder<W> {
    work: W,
    options: PoolOptions,
}

impl<W: Work> Builder<W> {
    /// Replaces all options.
    pub fn options(mut self, options: PoolOptions) -> Self {
        self.options = options;
        self
    }

    option_setters!();

    /// Starts the workers, as tasks of the component.
    #[track_caller]
    pub fn start<C>(self, cx: &Context<C>) -> Workers<W::Job, W::Output, W::Error> {
        let workers = Workers::open(self.options);
        workers.employ(cx, Arc::new(self.work));
        workers
    }
}

impl<F, Fut, J, T, E> Builder<Closure<F, J, T, E>>
where
    F: Fn(J) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<T, E>> + Send,
    J: Send + 'static,
    T: Send + 'static,
    E: Into<BoxError> + Send + 'static,
{
    /// Gives each worker a clone of the job, so that the job is still there when it fails or is cut off.
    ///
    /// Without this the closure has the job, and a job that fails or is cut off is only counted. Jobs that are large go into
    /// an `Arc`, or into [`Work`] that borrows them.
    pub fn keep_jobs(mut self) -> Self
    where
        J: Clone,
    {
        self.work.keep = Some(J::clone);
        self
    }

    /// Has each job that failed or panicked observed, with the job itself if [`keep_jobs`](Self::keep_jobs) is said.
    ///
    /// Unless [`keep_errors`](Self::keep_errors) is said too, the pool then keeps no errors for the report.
    pub fn job_failed(
        mut self,
        observe: impl Fn(Option<&J>, &JobError<E>) + Send + Sync + 'static,
    ) -> Self {
        self.work.failed = Some(Box::new(observe));
        self.options.observe();
        self
    }

    /// Hands the jobs over that were not done when the pool had to end. It is not called if there are none.
    pub fn unfinished<G, O>(
        mut self,
        take: impl Fn(Unfinished<J>) -> G + Send + Sync + 'static,
    ) -> Self
    where
        G: Future<Output = O> + Send + 'static,
        O: Outcome<()>,
    {
        self.work.unfinished = Some(Box::new(move |jobs| {
            let taken = take(jobs);
            Box::pin(async move { taken.await.outcome() })
        }));
        self
    }
}

impl<W> fmt::Debug for Builder<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Builder")
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}
