//! A pool whose jobs are futures.

use std::borrow::Cow;
use std::fmt;

use tokio::sync::oneshot;

use super::account::Stats;
use super::error::{JobError, Refused};
use super::options::{PoolOptions, option_setters};
use super::work::{Job, Work};
use super::workers::Workers;
use crate::component::{BoxError, BoxFuture, Outcome};
use crate::context::Context;
use crate::work::Priority;

type Boxed = BoxFuture<Result<(), BoxError>>;
type Observe = Box<dyn Fn(&JobError<BoxError>) + Send + Sync>;

/// A pool of workers whose jobs are futures of any kind. Cheap to clone: all clones are handles of the same pool.
///
/// It is [`Workers`] whose jobs are boxed futures, and all that is said there holds: bounded unless it is asked to be
/// otherwise, panics caught, nothing lost. Where all jobs are alike, [`Workers`] cost less and can hand jobs back; a future
/// that is not done is only counted.
///
/// It *collects* the last errors for the report, 16 unless it is [said](PoolBuilder::keep_errors), or, with
/// [`observe`](PoolBuilder::observe), hands each to an observer and keeps none. [`Pools`](super::Pools) give pools keys.
///
/// # Examples
///
/// ```
/// use std::io;
/// use lifecycle::pool::Pool;
/// use lifecycle::prelude::*;
///
/// #[resource]
/// struct Chores { pool: Pool }
///
/// #[resource]
/// impl Chores {
///     #[start]
///     fn start(cx: Context) -> Self {
///         let pool = Pool::builder()
///             .workers(2)
///             .observe(|error| println!("a chore failed: {error}"))
///             .start(&cx);
///         Self { pool }
///     }
/// }
///
/// #[lifecycle::app(services = [Chores])]
/// async fn main(chores: std::sync::Arc<Chores>) {
///     let pool = &chores.pool;
///     pool.submit(async { Err(io::Error::other("no broom")) }).await.expect("it takes jobs");
///     assert_eq!(pool.submit_and_wait(async { 6 * 7 }).await.ok(), Some(42));
/// }
/// ```
#[derive(Clone)]
pub struct Pool {
    workers: Workers<Boxed>,
}

impl Pool {
    /// Sets up a pool.
    pub fn builder() -> PoolBuilder {
        PoolBuilder {
            options: PoolOptions::new(),
            work: Futures { observe: None },
        }
    }

    /// Submits a future, and waits for room in the queue if there is none.
    ///
    /// # Errors
    ///
    /// If the pool is stopping, with the future inside.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: dropped before it is complete, it has submitted nothing.
    pub async fn submit<F, O>(
        &self,
        future: F,
    ) -> Result<(), Refused<BoxFuture<Result<(), BoxError>>>>
    where
        F: Future<Output = O> + Send + 'static,
        O: Outcome<()>,
    {
        self.submit_with(Priority::Medium, future).await
    }

    /// Submits a future with a priority, as [`submit`](Self::submit) does.
    ///
    /// # Errors
    ///
    /// As for [`submit`](Self::submit).
    ///
    /// # Cancel safety
    ///
    /// As for [`submit`](Self::submit).
    pub async fn submit_with<F, O>(
        &self,
        priority: Priority,
        future: F,
    ) -> Result<(), Refused<BoxFuture<Result<(), BoxError>>>>
    where
        F: Future<Output = O> + Send + 'static,
        O: Outcome<()>,
    {
        self.workers.submit_with(priority, boxed(future)).await
    }

    /// Submits a future if there is room for it at this moment.
    ///
    /// # Errors
    ///
    /// If the queue is full or the pool is stopping, with the future inside.
    pub fn try_submit<F, O>(
        &self,
        future: F,
    ) -> Result<(), Refused<BoxFuture<Result<(), BoxError>>>>
    where
        F: Future<Output = O> + Send + 'static,
        O: Outcome<()>,
    {
        self.workers.try_submit(boxed(future))
    }

    /// Submits a future, and waits for what it gives. To the pool it is done whatever that is, unless it panics.
    ///
    /// # Errors
    ///
    /// If it panicked, was handed back because the pool had to end, or was refused.
    ///
    /// # Cancel safety
    ///
    /// Dropped before the future is accepted, it has submitted nothing. Dropped after that, the future is run all the same,
    /// and what it gives is dropped.
    pub async fn submit_and_wait<F>(&self, future: F) -> Result<F::Output, JobError<BoxError>>
    where
        F: Future + Send + 'static,
        F::Output: Send,
    {
        let (give, gets) = oneshot::channel();
        let job: Boxed = Box::pin(async move {
            // Who does not wait any more does not want it.
            let _ = give.send(future.await);
            Ok(())
        });
        self.workers.submit_and_wait(job).await?;
        gets.await.map_err(|_| JobError::HandedBack)
    }

    /// What became of the futures so far. All numbers are of the same moment.
    #[must_use]
    pub fn stats(&self) -> Stats {
        self.workers.stats()
    }

    /// The name under which the pool stands in reports.
    #[must_use]
    pub fn name(&self) -> &str {
        self.workers.name()
    }

    /// Whether the pool takes no more futures. It never does again.
    #[must_use]
    pub fn is_stopping(&self) -> bool {
        self.workers.is_stopping()
    }
}

impl fmt::Debug for Pool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pool")
            .field("name", &self.name())
            .field("stats", &self.stats())
            .finish_non_exhaustive()
    }
}

fn boxed<O: Outcome<()>>(future: impl Future<Output = O> + Send + 'static) -> Boxed {
    Box::pin(async move { future.await.outcome() })
}

/// Sets up a [`Pool`].
#[must_use = "nothing happens before it is started"]
pub struct PoolBuilder {
    options: PoolOptions,
    work: Futures,
}

impl PoolBuilder {
    option_setters!();

    /// Hands each error and panic to an observer. Unless [`keep_errors`](Self::keep_errors) is said too, the pool then keeps
    /// none for the report.
    pub fn observe(
        mut self,
        observe: impl Fn(&JobError<BoxError>) + Send + Sync + 'static,
    ) -> Self {
        self.work.observe = Some(Box::new(observe));
        self.options.observe();
        self
    }

    /// Starts the workers, as tasks of the component.
    #[track_caller]
    pub fn start<C>(self, cx: &Context<C>) -> Pool {
        let workers = Workers::builder_of(self.work)
            .options(self.options)
            .start(cx);
        Pool { workers }
    }
}

impl fmt::Debug for PoolBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PoolBuilder")
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}

/// Runs futures.
struct Futures {
    observe: Option<Observe>,
}

impl Work for Futures {
    type Job = Boxed;
    type Output = ();
    type Error = BoxError;

    fn work(&self, job: &mut Job<Boxed>) -> impl Future<Output = Result<(), BoxError>> + Send {
        job.take()
    }

    fn job_failed(
        &self,
        _: Option<&mut Boxed>,
        error: &mut JobError<BoxError>,
    ) -> impl Future<Output = Result<(), BoxError>> + Send {
        if let Some(observe) = &self.observe {
            observe(error);
        }
        async { Ok(()) }
    }
}
