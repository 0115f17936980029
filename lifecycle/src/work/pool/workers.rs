//! The handle of a pool.

use std::fmt;
use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::task::{Context as Poller, Poll, ready};

use tokio::sync::oneshot;

use super::account::Stats;
use super::error::{JobError, Refusal, Refused};
use super::log::Log;
use super::options::PoolOptions;
use super::queue::{Item, JobQueue};
use super::report::Errors;
use super::work::Work;
use super::{closing, worker};
use crate::component::BoxError;
use crate::context::Context;
use crate::work::Priority;

/// What a pool is called before it belongs to a component.
const NAMELESS: &str = "pool";

/// What handles and workers share.
pub(super) struct Core<J, T, E> {
    pub(super) queue: JobQueue<J, T, E>,
    pub(super) options: PoolOptions,
    pub(super) errors: Errors,
    /// The name, once it is known.
    name: OnceLock<Arc<str>>,
}

impl<J, T, E> Core<J, T, E> {
    pub(super) fn name(&self) -> &str {
        self.name.get().map_or(NAMELESS, |name| &**name)
    }

    pub(super) fn refused<R>(&self, job: R, reason: Refusal) -> Refused<R> {
        let name = self.name.get().cloned();
        Refused::new(job, name.unwrap_or_else(|| NAMELESS.into()), reason)
    }

    /// The same for who would have waited: in a loop of refusals, the others have the thread too.
    async fn refuse<R>(&self, job: R, reason: Refusal) -> Refused<R> {
        tokio::task::coop::consume_budget().await;
        self.refused(job, reason)
    }
}

/// A pool of workers for jobs of the type `J`. Cheap to clone: all clones are handles of the same pool.
///
/// The pool belongs to a component. Its workers are tasks of the component: they start and end with it, under its stop
/// timeout. What is told here of jobs holds whatever they do:
///
/// - A job is accepted or refused, and who submitted it is told which. A refused job comes back inside the error.
/// - Each accepted job ends in exactly one of four ways: it is *done*, it *failed*, it *panicked*, or it is *handed back*
///   because the pool had to end. [`stats`](Self::stats) counts them, exactly.
/// - Jobs are begun in the order in which they were accepted, those of a higher [`Priority`] first; by several workers, or
///   while jobs end at once, nearly so. A worker whose last jobs ended at once takes up to 64 at a time, as long as there is
///   more than enough for the others, and puts them back as soon as one has to wait.
/// - A panic is caught; the worker goes on with the next job.
///
/// When the component is told to stop, the pool refuses new jobs and the workers do what is queued. If that takes longer
/// than the component may take, its tasks are aborted, and every job that is not done is handed to
/// [`unfinished`](Work::unfinished) and counted in the report. Dropping handles changes nothing.
///
/// # Examples
///
/// ```
/// use std::io;
/// use lifecycle::pool::Workers;
/// use lifecycle::prelude::*;
///
/// struct Mail { to: String }
///
/// #[resource]
/// struct Mailer { mails: Workers<Mail, (), io::Error> }
///
/// #[resource]
/// impl Mailer {
///     #[start]
///     fn start(cx: Context) -> Self {
///         let mails = Workers::builder(|mail: Mail| async move {
///             if mail.to.is_empty() {
///                 return Err(io::Error::other("nobody to send it to"));
///             }
///             Ok(())
///         });
///         Self { mails: mails.workers(4).capacity(256).start(&cx) }
///     }
/// }
///
/// #[lifecycle::app(services = [Mailer])]
/// async fn main(mailer: std::sync::Arc<Mailer>) {
///     let mails = &mailer.mails;
///     mails.submit(Mail { to: "ann".into() }).await.expect("the pool takes mails");
///     let error = mails.submit_and_wait(Mail { to: "".into() }).await.unwrap_err();
///     assert_eq!(error.to_string(), "the job failed: nobody to send it to");
/// }
/// ```
pub struct Workers<J, T = (), E = BoxError> {
    pub(super) core: Arc<Core<J, T, E>>,
}

impl<J, T, E> Workers<J, T, E>
where
    J: Send + 'static,
    T: Send + 'static,
    E: Into<BoxError> + Send + 'static,
{
    /// Makes a queue that takes jobs and has no workers yet; [`employ`](Self::employ) brings them.
    ///
    /// [`builder`](Self::builder) does both at once. In two steps, jobs can be submitted before there is what works on
    /// them.
    #[must_use]
    pub fn open(options: PoolOptions) -> Self {
        Self {
            core: Arc::new(Core {
                queue: JobQueue::new(options.queue_capacity()),
                errors: Errors::new(options.errors_kept()),
                name: named(&options),
                options,
            }),
        }
    }

    /// Starts the workers, as tasks of a component. From then on the pool ends with that life of the component.
    ///
    /// # Panics
    ///
    /// If the pool has workers already.
    #[track_caller]
    pub fn employ<W, C>(&self, cx: &Context<C>, work: Arc<W>)
    where
        W: Work<Job = J, Output = T, Error = E>,
    {
        let core = &self.core;
        let name = core.name.get_or_init(|| cx.name().into());
        let count = core.options.worker_count();
        assert!(core.queue.take_seats(count), "the pool has workers already");
        // Registered first: what it is to count must not be there before it.
        let log = Log::new(cx, Arc::clone(name), core.options.is_observed);
        let log = Arc::new(log);
        closing::register(cx, core, &log, &work);
        let closing = Arc::clone(core);
        let shutdown = cx.shutdown();
        cx.spawn(format!("end of pool {}", core.name()), async move {
            shutdown.requested().await;
            closing.queue.stop();
        });
        for seat in 0..count {
            let run = worker::run(Arc::clone(core), Arc::clone(&work), Arc::clone(&log), seat);
            cx.spawn(format!("worker {seat} of pool {}", core.name()), run);
        }
    }
}

impl<J, T, E> Workers<J, T, E> {
    /// The name under which the pool stands in reports.
    #[must_use]
    pub fn name(&self) -> &str {
        self.core.name()
    }

    /// Submits a job, and waits for room in the queue if there is none.
    ///
    /// Those who wait are let in in the order in which they came.
    ///
    /// # Errors
    ///
    /// The job, if the pool is stopping, also when that begins while this waits for room.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: dropped before it is complete, it has submitted nothing. The job is dropped with it; who must not lose it
    /// uses [`reserve`](Self::reserve).
    pub async fn submit(&self, job: J) -> Result<(), Refused<J>> {
        self.submit_with(Priority::Medium, job).await
    }

    /// Submits a job with a priority, as [`submit`](Self::submit) does. The priority decides about the order in the queue,
    /// and not about who is let in.
    ///
    /// # Errors
    ///
    /// As for [`submit`](Self::submit).
    ///
    /// # Cancel safety
    ///
    /// As for [`submit`](Self::submit).
    pub async fn submit_with(&self, priority: Priority, job: J) -> Result<(), Refused<J>> {
        let item = Item {
            job,
            priority,
            reply: None,
        };
        match self.core.queue.push(item).await {
            Ok(()) => Ok(()),
            Err((item, reason)) => Err(self.core.refuse(item.job, reason).await),
        }
    }

    /// Submits a job if there is room for it at this moment.
    ///
    /// While others wait in [`submit`](Self::submit), there is none.
    ///
    /// # Errors
    ///
    /// The job, if the queue is full or the pool is stopping.
    pub fn try_submit(&self, job: J) -> Result<(), Refused<J>> {
        self.try_submit_with(Priority::Medium, job)
    }

    /// Submits a job with a priority, if there is room for it at this moment.
    ///
    /// # Errors
    ///
    /// As for [`try_submit`](Self::try_submit).
    pub fn try_submit_with(&self, priority: Priority, job: J) -> Result<(), Refused<J>> {
        let item = Item {
            job,
            priority,
            reply: None,
        };
        let pushed = self.core.queue.try_push(item);
        pushed.map_err(|(item, reason)| self.core.refused(item.job, reason))
    }

    /// Submits a job as [`submit`](Self::submit) does, and gives a ticket for what comes of it.
    ///
    /// # Errors
    ///
    /// As for [`submit`](Self::submit).
    ///
    /// # Cancel safety
    ///
    /// As for [`submit`](Self::submit).
    pub async fn submit_for_ticket(&self, job: J) -> Result<Ticket<T, E>, Refused<J>> {
        let (reply, outcome) = oneshot::channel();
        let item = Item {
            job,
            priority: Priority::Medium,
            reply: Some(reply),
        };
        match self.core.queue.push(item).await {
            Ok(()) => Ok(Ticket { outcome }),
            Err((item, reason)) => Err(self.core.refuse(item.job, reason).await),
        }
    }

    /// Submits a job, and waits until it has ended.
    ///
    /// [`submit_for_ticket`](Self::submit_for_ticket) does this in two steps, and gives a refused job back.
    ///
    /// # Errors
    ///
    /// The job's own error, its panic, that it was handed back because the pool had to end, or that the pool did not take
    /// it. An error that is returned here is not kept for the report.
    ///
    /// # Cancel safety
    ///
    /// Dropped before the job is accepted, it has submitted nothing. Dropped after that, the job is done all the same, and
    /// what comes of it is dropped.
    pub async fn submit_and_wait(&self, job: J) -> Result<T, JobError<E>> {
        match self.submit_for_ticket(job).await {
            Ok(ticket) => ticket.await,
            Err(refused) => Err(refused.into()),
        }
    }

    /// What became of the jobs so far. All numbers are of the same moment.
    ///
    /// A job for which somebody waits is counted before they hear of it. Of many jobs that end at once, those just done may
    /// still be counted as running.
    #[must_use]
    pub fn stats(&self) -> Stats {
        self.core.queue.stats()
    }

    /// How many jobs may wait in the queue; `None` if any number may.
    #[must_use]
    pub fn capacity(&self) -> Option<usize> {
        self.core.options.queue_capacity()
    }

    /// Whether the pool takes no more jobs. It never does again.
    #[must_use]
    pub fn is_stopping(&self) -> bool {
        !self.core.queue.is_open()
    }
}

impl<J, T, E> Clone for Workers<J, T, E> {
    fn clone(&self) -> Self {
        Self {
            core: Arc::clone(&self.core),
        }
    }
}

impl<J, T, E> fmt::Debug for Workers<J, T, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Workers")
            .field("name", &self.name())
            .field("stats", &self.stats())
            .finish_non_exhaustive()
    }
}

/// What comes of a job: a future, for who submitted it.
///
/// # Cancel safety
///
/// Cancel safe while it is borrowed. Dropped, the job is done all the same, and what comes of it is dropped.
#[must_use = "futures do nothing unless awaited; `submit` gives no ticket"]
pub struct Ticket<T, E> {
    pub(super) outcome: oneshot::Receiver<Result<T, JobError<E>>>,
}

impl<T, E> Future for Ticket<T, E> {
    type Output = Result<T, JobError<E>>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Poller<'_>) -> Poll<Self::Output> {
        // Without a word, the queue itself is gone.
        let outcome = ready!(Pin::new(&mut self.outcome).poll(cx));
        Poll::Ready(outcome.unwrap_or(Err(JobError::HandedBack)))
    }
}

impl<T, E> fmt::Debug for Ticket<T, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ticket").finish_non_exhaustive()
    }
}

fn named(options: &PoolOptions) -> OnceLock<Arc<str>> {
    let name = options.name.as_ref();
    name.map_or_else(OnceLock::new, |name| OnceLock::from(Arc::from(&**name)))
}
