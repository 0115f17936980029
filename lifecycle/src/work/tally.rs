//! Runs of tasks and micro-tasks: each behind `catch_unwind`, and counted however it ends.

use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::panic::Location;
use std::sync::Arc;
use std::time::Duration;

use crate::component::{BoxError, BoxFuture};
use crate::driver::{Caught, Scope, catch};
use crate::engine::Moment;
use crate::plan::Stage;
use crate::work::quiet::{Quiet, Untold};

/// How many errors are kept for the report.
const KEPT: usize = 16;

/// What became of the runs of a component's tasks, wake-ups and micro-tasks, over all its lives.
///
/// Once the component is down, `begun = done + failed + panicked + cut_off`, unless it was given up: a run that not even an
/// abort ends is counted as begun only.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct TaskStats {
    /// Runs that began.
    pub begun: u64,
    /// Of these, those that returned `Ok`.
    pub done: u64,
    /// Those that returned an error.
    pub failed: u64,
    /// Those that panicked.
    pub panicked: u64,
    /// Those that were aborted, because the component overstayed or the end was forced.
    pub cut_off: u64,
    /// How long those that began had stood in line for their turn, added up.
    pub waited: Duration,
    /// Runs that were asked for and never began, because the component had been told to stop. The next run of a task that
    /// repeats was asked for by nobody.
    pub dropped: u64,
}

impl TaskStats {
    /// Runs that began and have not ended.
    #[must_use]
    pub const fn running(&self) -> u64 {
        let ended = self.done + self.failed + self.panicked + self.cut_off;
        self.begun.saturating_sub(ended)
    }
}

/// The tasks of one component in a [status](crate::observe::ComponentStatus) or a [report](crate::app::ComponentReport).
#[derive(Clone, Debug, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct TaskReport {
    /// What became of their runs.
    pub stats: TaskStats,
    /// The last 16 errors and panics, each with its causes.
    pub errors: Vec<String>,
}

/// The books behind a [`TaskReport`]. Only the functions here write into them.
#[derive(Default)]
pub(crate) struct Tally {
    stats: TaskStats,
    errors: VecDeque<String>,
    /// Of micro-tasks, which have no names: by the places in the code where they are asked for.
    micro: HashMap<&'static Location<'static>, Lines>,
}

impl Tally {
    pub(crate) fn report(&self) -> TaskReport {
        TaskReport {
            stats: self.stats,
            errors: self.errors.iter().cloned().collect(),
        }
    }

    fn keep(&mut self, error: String) {
        if self.errors.len() == KEPT {
            self.errors.pop_front();
        }
        self.errors.push_back(error);
    }
}

/// Runs that were asked for will not begin.
pub(super) fn dropped(scope: &Scope, runs: u64) {
    if runs > 0 {
        scope
            .shared
            .tally(scope.key, |tally| tally.stats.dropped += runs);
    }
}

/// A run that was asked for. If it is dropped before it begins, that is counted.
pub(super) struct Asked {
    scope: Option<Arc<Scope>>,
    at: Moment,
}

impl Asked {
    pub(super) fn new(scope: &Arc<Scope>) -> Self {
        Self {
            scope: Some(Arc::clone(scope)),
            at: scope.shared.now(),
        }
    }

    /// Runs the work, which was asked for at this place, and tells how it failed if it did. That fails nothing else.
    pub(super) async fn run(
        mut self,
        place: &'static Location<'static>,
        work: BoxFuture<Result<(), BoxError>>,
    ) {
        let Some(scope) = self.scope.take() else {
            return;
        };
        let waited = scope.shared.now().saturating_sub(self.at);
        if let Err(failure) = run(&scope, Micro(place), waited, work).await {
            let mut told = None;
            scope.shared.tally(scope.key, |tally| {
                let lines = tally.micro.entry(place).or_default();
                told = lines.tell(&failure, scope.shared.now());
            });
            failure.log(&scope, told);
        }
    }
}

/// What a micro-task is called: nobody gave it a name.
struct Micro(&'static Location<'static>);

impl fmt::Display for Micro {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "micro-task at {}", self.0)
    }
}

impl Drop for Asked {
    fn drop(&mut self) {
        if let Some(scope) = self.scope.take() {
            dropped(&scope, 1);
        }
    }
}

/// A run that has begun. Dropped before it has ended, it was cut off.
struct Begun<'a> {
    scope: &'a Scope,
    ended: bool,
}

impl Drop for Begun<'_> {
    fn drop(&mut self) {
        if !self.ended {
            let Scope { shared, key, .. } = self.scope;
            shared.tally(*key, |tally| tally.stats.cut_off += 1);
        }
    }
}

/// A run that failed or panicked, in words.
pub(super) struct Failure {
    panicked: bool,
    text: String,
}

impl Failure {
    /// Writes the line for which it is time, if it is.
    pub(super) fn log(&self, scope: &Scope, told: Option<Untold>) {
        if let Some(untold) = told {
            let (component, text) = (scope.name(), &self.text);
            tracing::warn!(target: "lifecycle", component, "{text}{untold}");
        }
    }
}

/// When there were lines about the failures of one task.
#[derive(Default)]
pub(super) struct Lines {
    failed: Quiet,
    panicked: Quiet,
}

impl Lines {
    pub(super) fn tell(&mut self, failure: &Failure, now: Moment) -> Option<Untold> {
        let quiet = match failure.panicked {
            true => &mut self.panicked,
            false => &mut self.failed,
        };
        quiet.tell(now)
    }
}

/// Runs the work, which has waited so long for its turn, and notes down what came of it. A failure is for the caller to tell, and fails nothing else.
pub(super) async fn run(
    scope: &Scope,
    name: impl fmt::Display + Send,
    waited: Duration,
    work: BoxFuture<Result<(), BoxError>>,
) -> Result<(), Failure> {
    let Scope { shared, key, .. } = scope;
    shared.tally(*key, |tally| {
        tally.stats.begun += 1;
        tally.stats.waited += waited;
    });
    let mut begun = Begun {
        scope,
        ended: false,
    };
    let result = catch(work).await;
    begun.ended = true;
    let Err(caught) = result else {
        shared.tally(*key, |tally| tally.stats.done += 1);
        return Ok(());
    };
    let panicked = matches!(caught, Caught::Panic(_));
    let text = told(scope.name(), &name.to_string(), caught);
    shared.tally(*key, |tally| {
        let count = match panicked {
            true => &mut tally.stats.panicked,
            false => &mut tally.stats.failed,
        };
        *count += 1;
        tally.keep(text.clone());
    });
    Err(Failure { panicked, text })
}

fn told(component: &str, name: &str, caught: Caught) -> String {
    match caught {
        Caught::Panic(_) => {
            let panicked = caught.of_task(name).into_error(component, Stage::Task);
            panicked.to_string()
        }
        // Name by name: what comes of an error that panics when it is printed says whose it is.
        caught => {
            let error = caught.text("it");
            format!("`{component}` failed in task: the task `{name}` failed: {error}")
        }
    }
}
