//! What pools answer when they do not do what they were asked to.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use crate::driver::Panic;

/// Why a pool did not take a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Refusal {
    /// The queue is full, or others wait for room in it.
    Full,
    /// The pool is stopping, or has stopped.
    Stopping,
    /// The component to which it belongs is not up.
    Down,
}

impl Refusal {
    fn fmt(self, f: &mut fmt::Formatter<'_>, pool: &str) -> fmt::Result {
        match self {
            Self::Full => write!(f, "the queue of the pool `{pool}` is full"),
            Self::Stopping => write!(f, "the pool `{pool}` is stopping and takes no more jobs"),
            Self::Down => write!(f, "the pool `{pool}` is down and takes no jobs"),
        }
    }
}

/// A job that a pool did not take, which pool that is, and why.
///
/// # Examples
///
/// ```
/// use lifecycle::pool::{Refusal, Refused, Workers};
///
/// fn mail_or_forget(pool: &Workers<String>, mail: String) -> Result<(), Refusal> {
///     match pool.try_submit(mail) {
///         Err(refused) if refused.reason() == Refusal::Full => {
///             println!("dropped: {}", refused.into_job());
///             Ok(())
///         }
///         other => other.map_err(|refused| refused.reason()),
///     }
/// }
/// # let _ = mail_or_forget;
/// ```
pub struct Refused<J> {
    /// Nobody locks it. It makes the error `Sync` for every job that is `Send`, such as a boxed future.
    job: Mutex<J>,
    pool: Arc<str>,
    reason: Refusal,
}

impl<J> Refused<J> {
    pub(super) fn new(job: J, pool: Arc<str>, reason: Refusal) -> Self {
        Self {
            job: Mutex::new(job),
            pool,
            reason,
        }
    }

    /// The name of the pool.
    #[must_use]
    pub fn pool(&self) -> &str {
        &self.pool
    }

    /// Why the pool did not take it.
    #[must_use]
    pub fn reason(&self) -> Refusal {
        self.reason
    }

    /// The job.
    #[must_use]
    pub fn into_job(self) -> J {
        self.job
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl<J> fmt::Debug for Refused<J> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Refused")
            .field("pool", &self.pool)
            .field("reason", &self.reason)
            .finish_non_exhaustive()
    }
}

impl<J> fmt::Display for Refused<J> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.reason.fmt(f, &self.pool)
    }
}

impl<J> std::error::Error for Refused<J> {}

/// A job that gave no value: it returned an error, panicked, was not done, or was never taken.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum JobError<E> {
    /// Its work returned this error.
    Failed(E),
    /// Its work panicked.
    Panicked(JobPanic),
    /// The pool had to end before the job was done. If it was still queued, or if its work only borrows it, the job went to
    /// whom the pool hands unfinished jobs.
    HandedBack,
    /// The pool did not take it.
    Refused {
        /// The name of the pool.
        pool: Arc<str>,
        /// Why it did not.
        reason: Refusal,
    },
}

/// The job is dropped.
impl<J, E> From<Refused<J>> for JobError<E> {
    fn from(refused: Refused<J>) -> Self {
        let Refused { pool, reason, .. } = refused;
        Self::Refused { pool, reason }
    }
}

impl<E: fmt::Display> fmt::Display for JobError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Failed(error) => write!(f, "the job failed: {error}"),
            Self::Panicked(panic) => panic.fmt(f),
            Self::HandedBack => f.write_str("the pool ended before the job was done"),
            Self::Refused { pool, reason } => reason.fmt(f, pool),
        }
    }
}

/// The job's own error is part of the message, since it may be of a type that is no [`Error`](std::error::Error), such as
/// a `String`.
impl<E: fmt::Debug + fmt::Display> std::error::Error for JobError<E> {}

/// The panic of a job: what it said, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JobPanic {
    message: String,
    location: Option<String>,
}

impl JobPanic {
    pub(super) fn of(panic: Panic) -> Self {
        Self {
            message: panic.message,
            location: panic.location,
        }
    }

    /// What is said of who panicked.
    pub(super) fn in_words(&self) -> String {
        let message = &self.message;
        match &self.location {
            Some(location) => format!("panicked: {message} (at {location})"),
            None => format!("panicked: {message}"),
        }
    }

    /// The text that the job panicked with.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The file, line and column where it panicked, if they are known.
    #[must_use]
    pub fn location(&self) -> Option<&str> {
        self.location.as_deref()
    }
}

impl fmt::Display for JobPanic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the job {}", self.in_words())
    }
}

impl std::error::Error for JobPanic {}

/// No pool has this key.
///
/// ```
/// # use lifecycle::prelude::*;
/// # #[lifecycle::resource] #[derive(Default)] struct Nothing;
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// # let report = App::builder(lifecycle::plan![Nothing]).main(|cx| async move {
/// let error = cx.pools().named("emial").unwrap_err();
/// assert_eq!(error.to_string(), "there is no pool named `emial`, and no other either");
/// # }).run().await;
/// # assert!(report.is_success());
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownPool {
    pub(super) key: String,
    pub(super) is_name: bool,
    pub(super) known: Vec<String>,
}

impl UnknownPool {
    /// The key that was asked for; of a type, its name.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }

    /// How to ask for those that there are, sorted: `named("mails")`, `pool::<app::Mailer>()`.
    #[must_use]
    pub fn known(&self) -> &[String] {
        &self.known
    }
}

impl fmt::Display for UnknownPool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let how = if self.is_name { "named" } else { "of the type" };
        write!(f, "there is no pool {how} `{}`", self.key)?;
        if self.known.is_empty() {
            f.write_str(", and no other either")
        } else {
            write!(f, "; there is `{}`", self.known.join("`, `"))
        }
    }
}

impl std::error::Error for UnknownPool {}

/// Another component has a pool under this key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the pool `{key}` belongs to `{owner}` already")]
pub struct KeyTaken {
    pub(super) key: String,
    pub(super) owner: String,
}

impl KeyTaken {
    /// The key; of a type, its name.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }

    /// The component that has it.
    #[must_use]
    pub fn owner(&self) -> &str {
        &self.owner
    }
}
