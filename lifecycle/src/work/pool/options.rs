//! How a pool is set up.

use std::borrow::Cow;
use std::num::NonZero;

/// How many jobs may wait, unless it is said.
const CAPACITY: usize = 1024;
/// How many errors are kept for the report, unless it is said.
const KEPT: usize = 16;

/// How a pool is set up: its name, its workers, its queue, what an error means.
///
/// Pools are usually made through [`Workers::builder`](super::Workers::builder) or [`Pool::builder`](super::Pool::builder),
/// which have the same options.
///
/// # Examples
///
/// ```
/// use lifecycle::pool::PoolOptions;
///
/// const MAILS: PoolOptions = PoolOptions::new().workers(4).capacity(256);
/// assert_eq!(MAILS.queue_capacity(), Some(256));
/// assert_eq!(MAILS.unbounded().queue_capacity(), None);
/// ```
#[derive(Clone, Debug)]
#[must_use = "options do nothing by themselves"]
pub struct PoolOptions {
    pub(super) name: Option<Cow<'static, str>>,
    workers: usize,
    capacity: Option<usize>,
    pub(super) kept: Option<usize>,
    /// Each failed job is shown to somebody.
    pub(super) is_observed: bool,
    pub(super) stop_on_error: bool,
    pub(super) stop_on_panic: bool,
}

impl PoolOptions {
    /// A bounded queue of 1024 jobs, and a worker for each core. Failed jobs do not stop the pool, and the last 16 errors are
    /// kept for the report.
    pub const fn new() -> Self {
        Self {
            name: None,
            workers: 0,
            capacity: Some(CAPACITY),
            kept: None,
            is_observed: false,
            stop_on_error: false,
            stop_on_panic: false,
        }
    }

    /// The name under which the pool stands in reports; the component's, if it is not said.
    pub fn name(mut self, name: impl Into<Cow<'static, str>>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// How many jobs are done at the same time. Each worker is a task.
    ///
    /// # Panics
    ///
    /// If it is zero.
    #[track_caller]
    pub const fn workers(mut self, count: usize) -> Self {
        assert!(count > 0, "a pool needs at least one worker");
        self.workers = count;
        self
    }

    /// How many jobs may wait in the queue, beside those that workers have in hand. Jobs that workers put back, because the
    /// one before them has to wait, may be too many for a moment.
    ///
    /// # Panics
    ///
    /// If it is zero.
    #[track_caller]
    pub const fn capacity(mut self, jobs: usize) -> Self {
        assert!(jobs > 0, "a queue needs room for at least one job");
        self.capacity = Some(jobs);
        self
    }

    /// Lets any number of jobs wait. What comes in faster than it is done then takes up memory without an end.
    pub const fn unbounded(mut self) -> Self {
        self.capacity = None;
        self
    }

    /// How many errors are kept for the report: the last ones of jobs that nobody waits for. Zero keeps none.
    pub const fn keep_errors(mut self, count: usize) -> Self {
        self.kept = Some(count);
        self
    }

    /// Lets an error of a job fail the component. The pool begins no more jobs then, and hands back those that are queued.
    pub const fn stop_on_error(mut self) -> Self {
        self.stop_on_error = true;
        self
    }

    /// Lets a panic of a job fail the component. The pool begins no more jobs then, and hands back those that are queued.
    pub const fn stop_on_panic(mut self) -> Self {
        self.stop_on_panic = true;
        self
    }

    /// How many jobs may wait; `None` if any number may.
    #[must_use]
    pub const fn queue_capacity(&self) -> Option<usize> {
        self.capacity
    }

    /// How many workers there will be.
    #[must_use]
    pub fn worker_count(&self) -> usize {
        match self.workers {
            0 => std::thread::available_parallelism().map_or(1, NonZero::get),
            count => count,
        }
    }

    /// Each failed job is shown to somebody: unless it is said, no errors are kept.
    pub(super) fn observe(&mut self) {
        self.is_observed = true;
        self.kept.get_or_insert(0);
    }

    /// How many errors to keep.
    pub(super) fn errors_kept(&self) -> usize {
        self.kept.unwrap_or(KEPT)
    }
}

impl Default for PoolOptions {
    fn default() -> Self {
        Self::new()
    }
}

/// What both builders of pools let one say of `self.options`.
macro_rules! option_setters {
    () => {
        /// See [`PoolOptions::name`].
        pub fn name(mut self, name: impl Into<Cow<'static, str>>) -> Self {
            self.options = self.options.name(name);
            self
        }

        /// See [`PoolOptions::workers`].
        ///
        /// # Panics
        ///
        /// If it is zero.
        #[track_caller]
        pub fn workers(mut self, count: usize) -> Self {
            self.options = self.options.workers(count);
            self
        }

        /// See [`PoolOptions::capacity`].
        ///
        /// # Panics
        ///
        /// If it is zero.
        #[track_caller]
        pub fn capacity(mut self, jobs: usize) -> Self {
            self.options = self.options.capacity(jobs);
            self
        }

        /// See [`PoolOptions::unbounded`].
        pub fn unbounded(mut self) -> Self {
            self.options = self.options.unbounded();
            self
        }

        /// See [`PoolOptions::keep_errors`].
        pub fn keep_errors(mut self, count: usize) -> Self {
            self.options = self.options.keep_errors(count);
            self
        }

        /// See [`PoolOptions::stop_on_error`].
        pub fn stop_on_error(mut self) -> Self {
            self.options = self.options.stop_on_error();
            self
        }

        /// See [`PoolOptions::stop_on_panic`].
        pub fn stop_on_panic(mut self) -> Self {
            self.options = self.options.stop_on_panic();
            self
        }
    };
}
pub(super) use option_setters;
