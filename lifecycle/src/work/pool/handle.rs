//! The queue of a worker pool, as those see it who submit to it.

use std::any::{Any, type_name};
use std::fmt;
use std::marker::PhantomData;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::account::Stats;
use super::error::{JobError, Refusal, Refused};
use super::permit::Permit;
use super::pools::of_component;
use super::work::Work;
use super::workers::{Ticket, Workers};
use crate::component::{Argument, Component, DependsOn, DependsOptionally, HasRoot, MainArgument};
use crate::context::{Context, Late};
use crate::work::Priority;

type WorkersOf<D> = Workers<<D as Work>::Job, <D as Work>::Output, <D as Work>::Error>;

/// What all handles of a pool share.
struct Slot {
    /// What the component is called.
    name: Arc<str>,
    /// Those of the last life, as what they are. Typed, a queue of what is no worker pool would be many errors.
    workers: Mutex<Option<Box<dyn Any + Send + Sync>>>,
}

/// Where jobs for the worker pool `D` are submitted. Cheap to clone; it may be used anywhere, also outside of the app.
///
/// A hook takes one as it takes an `Arc<D>`, if `D` stands in `depends_on`; `Option<Queue<D>>` goes with `optional(D)`,
/// and is `None` if the pool is not up at that moment. A field may hold one with `#[inject]`. For all others there are
/// [`Late::queue`](crate::Late::queue), [`Context::pool`](crate::Context::pool) and
/// [`AppHandle::pool`](crate::AppHandle::pool).
///
/// It stands for the pool, and not for one life of it: when the pool is rebuilt, after a failure or because somebody
/// disabled and enabled it, jobs go to the new one. In between the pool takes none. Jobs are refused then, and nobody is
/// left waiting: they come back inside the error, which says [`Refusal::Down`], or while the pool goes down
/// [`Refusal::Stopping`]. Jobs that it took before are done while it stops, or handed to its `#[unfinished]`.
///
/// [`worker_pool`](macro@crate::worker_pool) shows one in use, and [`Workers`] says what holds for jobs.
pub struct Queue<D> {
    slot: Arc<Slot>,
    pool: PhantomData<fn() -> D>,
}

impl<D> Queue<D> {
    pub(super) fn new(name: &str) -> Self {
        let slot = Slot {
            name: name.into(),
            workers: Mutex::default(),
        };
        Self {
            slot: Arc::new(slot),
            pool: PhantomData,
        }
    }

    /// There were no workers yet.
    fn refused<R>(&self, job: R) -> Refused<R> {
        Refused::new(job, Arc::clone(&self.slot.name), Refusal::Down)
    }

    fn lock(&self) -> MutexGuard<'_, Option<Box<dyn Any + Send + Sync>>> {
        self.slot
            .workers
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl<D: Work> Queue<D> {
    /// The pool has begun to work, perhaps once more.
    pub(super) fn fill(&self, workers: WorkersOf<D>) {
        let before = self.lock().replace(Box::new(workers));
        // Without the lock: what is dropped may be the last of an earlier life.
        drop(before);
    }

    /// The pool as it is now, or was last: its jobs go nowhere else when it is rebuilt. `None` if it was never up.
    #[must_use]
    pub fn workers(&self) -> Option<Workers<D::Job, D::Output, D::Error>> {
        let slot = self.lock();
        slot.as_ref()?.downcast_ref::<WorkersOf<D>>().cloned()
    }

    /// The same. Who submits in a loop while there are none leaves the others the thread.
    async fn staff(&self) -> Option<WorkersOf<D>> {
        let workers = self.workers();
        if workers.is_none() {
            tokio::task::coop::consume_budget().await;
        }
        workers
    }

    /// Submits a job, and waits for room in the queue if there is none.
    ///
    /// # Errors
    ///
    /// The job, if the pool is not up or is stopping, also when that begins while this waits for room.
    ///
    /// # Cancel safety
    ///
    /// As for [`Workers::submit`].
    pub async fn submit(&self, job: D::Job) -> Result<(), Refused<D::Job>> {
        self.submit_with(Priority::Medium, job).await
    }

    /// Submits a job with a priority, as [`submit`](Self::submit) does.
    ///
    /// # Errors
    ///
    /// As for [`submit`](Self::submit).
    ///
    /// # Cancel safety
    ///
    /// As for [`Workers::submit`].
    pub async fn submit_with(
        &self,
        priority: Priority,
        job: D::Job,
    ) -> Result<(), Refused<D::Job>> {
        match self.staff().await {
            Some(workers) => workers.submit_with(priority, job).await,
            None => Err(self.refused(job)),
        }
    }

    /// Submits a job if there is room for it at this moment.
    ///
    /// # Errors
    ///
    /// The job, if the queue is full, or the pool is not up or is stopping.
    pub fn try_submit(&self, job: D::Job) -> Result<(), Refused<D::Job>> {
        self.try_submit_with(Priority::Medium, job)
    }

    /// Submits a job with a priority, if there is room for it at this moment.
    ///
    /// # Errors
    ///
    /// As for [`try_submit`](Self::try_submit).
    pub fn try_submit_with(&self, priority: Priority, job: D::Job) -> Result<(), Refused<D::Job>> {
        match self.workers() {
            Some(workers) => workers.try_submit_with(priority, job),
            None => Err(self.refused(job)),
        }
    }

    /// Submits a job as [`submit`](Self::submit) does, and gives a ticket for what comes of it.
    ///
    /// # Errors
    ///
    /// As for [`submit`](Self::submit).
    ///
    /// # Cancel safety
    ///
    /// As for [`Workers::submit`].
    pub async fn submit_for_ticket(
        &self,
        job: D::Job,
    ) -> Result<Ticket<D::Output, D::Error>, Refused<D::Job>> {
        match self.staff().await {
            Some(workers) => workers.submit_for_ticket(job).await,
            None => Err(self.refused(job)),
        }
    }

    /// Submits a job, and waits until it has ended.
    ///
    /// # Errors
    ///
    /// As for [`Workers::submit_and_wait`].
    ///
    /// # Cancel safety
    ///
    /// As for [`Workers::submit_and_wait`].
    pub async fn submit_and_wait(&self, job: D::Job) -> Result<D::Output, JobError<D::Error>> {
        match self.staff().await {
            Some(workers) => workers.submit_and_wait(job).await,
            None => Err(self.refused(job).into()),
        }
    }

    /// Waits for room in the queue, and holds it for a job, as [`Workers::reserve`] does.
    ///
    /// # Errors
    ///
    /// If the pool is not up or is stopping, also when that begins while this waits. There is no job in the error.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: nothing is lost when the future is dropped, but the place in the line of those who wait.
    pub async fn reserve(&self) -> Result<Permit<D::Job, D::Output, D::Error>, Refused<()>> {
        match self.staff().await {
            Some(workers) => workers.reserve().await,
            None => Err(self.refused(())),
        }
    }

    /// What became of the jobs since the pool last came up; the report has the sum over all its lives.
    #[must_use]
    pub fn stats(&self) -> Stats {
        self.workers()
            .map(|workers| workers.stats())
            .unwrap_or_default()
    }
}

impl<D: Component + Work> Queue<D> {
    /// That of a component of the app.
    fn of(cx: &Context) -> Self {
        let (shared, _) = cx.place();
        // What is declared is part of the plan; where it is not, the pool is never up.
        of_component(&shared).unwrap_or_else(|| Self::new(D::DECLARATION.name))
    }

    fn of_what_is_up(cx: &Context) -> Option<Self> {
        cx.try_get::<D>().map(|_| Self::of(cx))
    }
}

impl<D: Component + Work> Late<D> {
    /// The queue of the worker pool, whether or not it is up at this moment.
    #[must_use]
    pub fn queue(&self) -> Queue<D> {
        let shared = self.shared();
        let queue = shared.and_then(|shared| of_component(&shared));
        queue.unwrap_or_else(|| Queue::new(D::DECLARATION.name))
    }
}

impl<D> Clone for Queue<D> {
    fn clone(&self) -> Self {
        Self {
            slot: Arc::clone(&self.slot),
            pool: PhantomData,
        }
    }
}

impl<D> fmt::Debug for Queue<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Queue").field(&type_name::<D>()).finish()
    }
}

#[diagnostic::do_not_recommend]
impl<C: DependsOn<D>, D: Component + Work> Argument<C> for Queue<D> {
    fn take(cx: &Context) -> Self {
        Self::of(cx)
    }
}

#[diagnostic::do_not_recommend]
impl<C: DependsOptionally<D>, D: Component + Work> Argument<C> for Option<Queue<D>> {
    fn take(cx: &Context) -> Self {
        Queue::of_what_is_up(cx)
    }
}

/// `main` holds the queue and not the pool, which may be rebuilt under it.
#[diagnostic::do_not_recommend]
impl<M: HasRoot<D>, D: Component + Work> MainArgument<M> for Queue<D> {
    fn take(cx: &Context) -> Self {
        Self::of(cx)
    }
}
