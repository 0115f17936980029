//! What a pool says in the log when jobs go wrong. A job that is done never comes here.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use super::error::JobPanic;
use super::report::{Living, PoolReport};
use crate::component::BoxError;
use crate::context::Context;
use crate::driver::{Shared, words_of};
use crate::engine::Key;
use crate::work::quiet::Quiet;

/// The log of one pool, in one life of its component.
pub(super) struct Log {
    // Not a context, which would keep that life alive.
    shared: Arc<Shared>,
    component: Key,
    pool: Arc<str>,
    /// Each failed job is shown to code that says what there is to say.
    is_observed: bool,
    lines: Mutex<Lines>,
}

#[derive(Default)]
struct Lines {
    failed: Quiet,
    panicked: Quiet,
    observer: Quiet,
}

impl Log {
    pub(super) fn new<C>(cx: &Context<C>, pool: Arc<str>, is_observed: bool) -> Self {
        let (shared, component) = cx.place();
        Self {
            shared,
            component,
            pool,
            is_observed,
            lines: Mutex::default(),
        }
    }

    /// A job for which nobody waits returned this error.
    pub(super) fn failed(&self, error: &BoxError) {
        if self.is_observed {
            return;
        }
        let told = self.lines().failed.tell(self.shared.now());
        if let Some(untold) = told {
            self.say(&format!(
                "a job{} failed: {}{untold}",
                self.of(),
                words_of(&**error)
            ));
        }
    }

    pub(super) fn panicked(&self, panic: &JobPanic) {
        let told = self.lines().panicked.tell(self.shared.now());
        if let Some(untold) = told {
            self.say(&format!("a job{} {}{untold}", self.of(), panic.in_words()));
        }
    }

    /// Whoever is told of failed jobs failed itself; the job's own error must not be lost with that.
    pub(super) fn observer_failed(
        &self,
        result: &Result<Result<(), BoxError>, JobPanic>,
        job: Option<&BoxError>,
    ) {
        let what = match result {
            Ok(Ok(())) => return,
            Ok(Err(error)) => format!("failed: {}", words_of(&**error)),
            Err(panic) => panic.in_words(),
        };
        let job = job.map_or_else(
            || "went to who waits for the job".to_owned(),
            |error| format!("was: {}", words_of(&**error)),
        );
        let told = self.lines().observer.tell(self.shared.now());
        if let Some(untold) = told {
            let of = self.of();
            self.say(&format!(
                "`job_failed`{of} {what}; the job's own error {job}{untold}"
            ));
        }
    }

    /// The pool is down: what it leaves behind goes into the report.
    pub(super) fn ended(&self, pool: &Weak<dyn Living>, report: PoolReport) {
        let of = self.of();
        match report.stats.handed_back {
            0 => {}
            1 => self.say(&format!("1 job{of} was not done")),
            more => self.say(&format!("{more} jobs{of} were not done")),
        }
        self.shared.add_pool(self.component, pool, report);
    }

    /// The pool has workers: the status knows it from now on.
    pub(super) fn begun(&self, pool: Weak<dyn Living>) {
        self.shared.open_pool(self.component, pool);
    }

    /// Drops jobs that nobody wants any more.
    pub(super) fn discard<J: Send + 'static>(&self, jobs: Vec<J>) {
        self.shared.discard_each(jobs);
    }

    /// Which pool it is, unless it is called like its component.
    fn of(&self) -> String {
        match &*self.pool {
            pool if pool == self.shared.name_of(self.component) => String::new(),
            pool => format!(" of `{pool}`"),
        }
    }

    fn say(&self, text: &str) {
        let (component, pool) = (self.shared.name_of(self.component), &*self.pool);
        tracing::warn!(target: "lifecycle", component, pool, "{component}: {text}");
    }

    fn lines(&self) -> MutexGuard<'_, Lines> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
