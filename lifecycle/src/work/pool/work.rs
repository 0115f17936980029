//! What workers do with jobs.

use std::fmt;
use std::marker::PhantomData;

use super::error::JobError;
use crate::component::{BoxError, BoxFuture};
use crate::driver::drop_each;

/// What a pool's workers do: one kind of job, and what comes of it.
///
/// [`Workers::builder`](super::Workers::builder) makes one out of a closure, which does for most pools. By hand it can do
/// two things more: the work may *borrow* the job, so that a job that is cut off in the middle is handed back whole; and
/// what happens to failed jobs may wait.
///
/// All methods run as the component's own work, in its workers' tasks and in its cleanup.
///
/// # Examples
///
/// ```
/// use std::io;
/// use lifecycle::pool::{Job, JobError, Unfinished, Work};
/// use lifecycle::component::BoxError;
///
/// struct Mail { to: String }
/// struct Smtp;
/// # impl Smtp { async fn send(&self, _: &Mail) -> io::Result<()> { Ok(()) } }
///
/// impl Work for Smtp {
///     type Job = Mail;
///     type Output = ();
///     type Error = io::Error;
///
///     async fn work(&self, mail: &mut Job<Mail>) -> io::Result<()> {
///         self.send(mail.get()).await
///     }
///
///     async fn job_failed(
///         &self,
///         mail: Option<&mut Mail>,
///         error: &mut JobError<io::Error>,
///     ) -> Result<(), BoxError> {
///         let to = mail.map_or("somebody", |mail| &mail.to);
///         println!("no mail for {to}: {error}");
///         Ok(())
///     }
///
///     async fn unfinished(&self, mails: Unfinished<Mail>) -> Result<(), BoxError> {
///         for mail in mails.jobs {
///             println!("{} is to get a mail tomorrow", mail.to);
///         }
///         Ok(())
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a worker pool",
    label = "it does no jobs",
    note = "annotate the struct and its impl block with `#[lifecycle::worker_pool]`, or implement `Work` for it"
)]
pub trait Work: Send + Sync + 'static {
    /// What is submitted.
    type Job: Send + 'static;
    /// What comes of a job.
    type Output: Send + 'static;
    /// How a job fails.
    type Error: Into<BoxError> + Send + 'static;

    /// Does one job.
    ///
    /// It may borrow the job or [take](Job::take) it. What it does not take is handed back when the work is cut off.
    ///
    /// # Cancel safety
    ///
    /// The future is dropped when the component's tasks are aborted, because it overstayed or the stop was forced.
    fn work(
        &self,
        job: &mut Job<Self::Job>,
    ) -> impl Future<Output = Result<Self::Output, Self::Error>> + Send;

    /// Is told of a job that failed or panicked, before whoever waits for it is. The job is there unless the work took it.
    ///
    /// The worker waits for it. An error or a panic of its own is logged together with the job's error, and changes nothing.
    fn job_failed(
        &self,
        job: Option<&mut Self::Job>,
        error: &mut JobError<Self::Error>,
    ) -> impl Future<Output = Result<(), BoxError>> + Send {
        let _ = (job, error);
        async { Ok(()) }
    }

    /// Gets the jobs that were not done when the pool had to end. It is not called if there are none.
    ///
    /// It runs as a cleanup of the component, when no task of it is alive any more; an error is one of the cleanup's, and
    /// is in the report. The number of these jobs is there in any case.
    fn unfinished(
        &self,
        jobs: Unfinished<Self::Job>,
    ) -> impl Future<Output = Result<(), BoxError>> + Send {
        let dropped = let_go(jobs);
        async { dropped }
    }
}

/// A job in the hands of a worker.
pub struct Job<J> {
    job: Option<J>,
}

impl<J> Job<J> {
    pub(super) fn new(job: J) -> Self {
        Self { job: Some(job) }
    }

    /// The job.
    ///
    /// # Panics
    ///
    /// If it was taken.
    #[must_use]
    #[track_caller]
    pub fn get(&self) -> &J {
        self.job.as_ref().expect("the job was taken")
    }

    /// The job, to be changed.
    ///
    /// # Panics
    ///
    /// If it was taken.
    #[must_use]
    #[track_caller]
    pub fn get_mut(&mut self) -> &mut J {
        self.job.as_mut().expect("the job was taken")
    }

    /// Takes the job away from the pool, which cannot hand it back any more: cut off, it is only counted.
    ///
    /// # Panics
    ///
    /// If it was taken before.
    #[must_use]
    #[track_caller]
    pub fn take(&mut self) -> J {
        self.job.take().expect("the job was taken")
    }

    pub(super) fn left(&mut self) -> &mut Option<J> {
        &mut self.job
    }
}

impl<J> fmt::Debug for Job<J> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Job")
            .field("taken", &self.job.is_none())
            .finish_non_exhaustive()
    }
}

/// The jobs that were not done when a pool had to end.
#[non_exhaustive]
pub struct Unfinished<J> {
    /// Those cut off in the middle, as far as their work had not taken them, and then those still queued, in the order in
    /// which they would have been begun.
    pub jobs: Vec<J>,
    /// How many more there are, which their work had taken when it was cut off.
    pub taken: u64,
}

impl<J> Unfinished<J> {
    /// How many jobs were not done.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.jobs.len() as u64 + self.taken
    }
}

impl<J> fmt::Debug for Unfinished<J> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Unfinished")
            .field("jobs", &self.jobs.len())
            .field("taken", &self.taken)
            .finish()
    }
}

type OnFailure<J, E> = Box<dyn Fn(Option<&J>, &JobError<E>) + Send + Sync>;
type OnUnfinished<J> = Box<dyn Fn(Unfinished<J>) -> BoxFuture<Result<(), BoxError>> + Send + Sync>;

/// Work that is a closure, as [`Workers::builder`](super::Workers::builder) makes it.
pub struct Closure<F, J, T, E> {
    pub(super) work: F,
    pub(super) keep: Option<fn(&J) -> J>,
    pub(super) failed: Option<OnFailure<J, E>>,
    pub(super) unfinished: Option<OnUnfinished<J>>,
    pub(super) output: PhantomData<fn() -> T>,
}

impl<F, Fut, J, T, E> Work for Closure<F, J, T, E>
where
    F: Fn(J) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<T, E>> + Send,
    J: Send + 'static,
    T: Send + 'static,
    E: Into<BoxError> + Send + 'static,
{
    type Job = J;
    type Output = T;
    type Error = E;

    fn work(&self, job: &mut Job<J>) -> impl Future<Output = Result<T, E>> + Send {
        (self.work)(match self.keep {
            Some(clone) => clone(job.get()),
            None => job.take(),
        })
    }

    fn job_failed(
        &self,
        job: Option<&mut J>,
        error: &mut JobError<E>,
    ) -> impl Future<Output = Result<(), BoxError>> + Send {
        if let Some(failed) = &self.failed {
            failed(job.map(|job| &*job), error);
        }
        async { Ok(()) }
    }

    async fn unfinished(&self, jobs: Unfinished<J>) -> Result<(), BoxError> {
        match &self.unfinished {
            Some(unfinished) => unfinished(jobs).await,
            None => let_go(jobs),
        }
    }
}

impl<F, J, T, E> fmt::Debug for Closure<F, J, T, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Closure").finish_non_exhaustive()
    }
}

/// Drops jobs that nobody wants, one by one.
fn let_go<J>(jobs: Unfinished<J>) -> Result<(), BoxError> {
    match drop_each(jobs.jobs) {
        None => Ok(()),
        Some(panic) => {
            let message = panic.message;
            Err(format!("a job panicked when it was dropped: {message}").into())
        }
    }
}
