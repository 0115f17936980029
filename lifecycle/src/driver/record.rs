//! Keeps what the report tells, while it happens.

use std::collections::VecDeque;
use std::sync::Arc;

use super::Shared;
use super::scope::Leftover;
use super::stamp::Stamp;
use super::stop::Stopping;
use crate::app::{Cleaned, ComponentReport, Leaked, RunReport};
use crate::engine::{
    Cause, Change, Engine, Failure, FailureKind, Force, Key, LifecycleEvent, Moment, Phase, State,
    What,
};
use crate::error::Error;
use crate::plan::Stage;

/// What happened so far.
pub(crate) struct Record {
    pub(super) errors: Errors,
    pub(super) leaked: Vec<Leaked>,
    begun_starting: Moment,
    started: Option<Moment>,
    stopping: Option<Moment>,
    stop: Stopping,
    /// `shutdown_timeout`.
    timeout: Moment,
    ended: Moment,
    cause: Option<Cause>,
    forced: Option<Force>,
    exit_code: u8,
    success: bool,
    pub(super) words: Option<Arc<str>>,
}

impl Record {
    pub(super) fn new() -> Self {
        Self {
            errors: Errors::default(),
            leaked: Vec::new(),
            begun_starting: Moment::ZERO,
            started: None,
            stopping: None,
            stop: Stopping::default(),
            timeout: Moment::ZERO,
            ended: Moment::ZERO,
            cause: None,
            forced: None,
            exit_code: 0,
            success: true,
            words: None,
        }
    }

    /// Keeps an event; gives the error that the engine found, if it is one that no code returned.
    pub(super) fn apply(
        &mut self,
        event: &LifecycleEvent,
        engine: &Engine,
        shared: &Shared,
    ) -> Option<Error> {
        let at = event.at;
        self.stop.apply(event, engine, shared);
        match event.what {
            What::Phase(Phase::Starting) => self.begun_starting = at,
            What::Phase(Phase::Running) => self.started = Some(at),
            What::Shutdown(cause) => {
                self.stopping = Some(at);
                if cause == Cause::StartBudget {
                    return Some(start_budget_spent(at, engine, shared));
                }
            }
            What::Component(key, change) => {
                let failure = match change {
                    Change::Failed(failure)
                    | Change::AttemptFailed(failure)
                    | Change::Crashed(failure)
                    | Change::Problem(failure) => failure,
                    Change::Overstayed(stage) => Failure {
                        stage,
                        kind: FailureKind::Timeout,
                    },
                    _ => return None,
                };
                return found(key, failure, at, shared);
            }
            _ => {}
        }
        None
    }

    pub(super) fn leaked(
        &mut self,
        key: Key,
        leftovers: Vec<Leftover>,
        note: Option<String>,
        shared: &Shared,
    ) {
        let node = shared.node(key);
        let declaration = node.declaration();
        self.leaked.extend(leftovers.into_iter().map(|task| Leaked {
            component: node.name().to_owned(),
            stage: task.stage,
            task: task.name,
            elapsed: shared.now().saturating_sub(task.since),
            budget: match task.stage {
                Stage::Load | Stage::Start => declaration.policy.start_timeout,
                _ => declaration.policy.stop_timeout,
            },
            note: note.clone(),
            // The driver spawns hooks; where their component is says more.
            spawned_at: match task.place {
                Some(place) => place.to_string(),
                None => declaration.module.to_owned(),
            },
        }));
    }

    pub(super) fn finish(&mut self, engine: &Engine, now: Moment) {
        self.ended = now;
        self.timeout = engine.limits().shutdown_timeout;
        self.cause = engine.cause();
        self.forced = engine.forced();
        self.exit_code = engine.exit_code();
        self.success = engine.failure_code().is_none();
    }

    /// The report for the app that ended.
    pub(crate) fn report(self, shared: &Shared) -> RunReport {
        let name = |key: Key| shared.name_of(key).to_owned();
        let components = shared.keys().map(|key| {
            let (node, begun) = (
                shared.node(key),
                self.begun_starting.max(shared.added_at(key)),
            );
            let between = |(from, to): (Stamp, Stamp)| Moment::from(to).saturating_sub(from.into());
            shared.look(key, |cell| ComponentReport {
                name: node.name().to_owned(),
                kind: node.declaration().kind,
                rank: node.rank(),
                outcome: cell.times.outcome(),
                attempts: cell.times.attempts,
                restarts: cell.times.restarts,
                waited: cell
                    .times
                    .starting
                    .map(|at| Moment::from(at).saturating_sub(begun)),
                start: cell.times.starting.zip(cell.times.up).map(between),
                stop: cell.times.stopping.zip(cell.times.down).map(between),
                pools: cell.pools(),
                tasks: cell.tasks(),
                handlers: shared.events.reports_of(key),
                schedules: cell.schedules(),
            })
        });
        let components = components.collect();
        let report = RunReport::new(Cleaned {
            name: shared.name.clone(),
            cause: self
                .cause
                .map(|cause| crate::app::StopCause::of(cause, self.words, name)),
            forced: self.forced,
            exit_code: self.exit_code,
            success: self.success,
            components,
            waits: shared.waits(),
            start_times: shared.start_times(self.begun_starting),
            stop_times: self.stop.finish(self.timeout, self.ended),
            errors_left_out: self.errors.left_out,
            errors: self.errors.into_all(),
            leaked: self.leaked,
            load: self.begun_starting,
            start: self
                .started
                .map(|at| at.saturating_sub(self.begun_starting)),
            stop: self.stopping.map(|at| self.ended.saturating_sub(at)),
            total: self.ended,
        });
        // Any other is printed.
        if let (true, Some(aside)) = (report.is_success(), report.aside()) {
            tracing::warn!(target: "lifecycle", "not all work ended well: {aside}");
        }
        report
    }
}

/// How many of the first errors are kept, and how many of the last: an app whose components restart for weeks must not
/// grow, and its first error is worth as much as its last.
const ERRORS: usize = 1_000;

#[derive(Default)]
pub(super) struct Errors {
    first: Vec<Error>,
    last: VecDeque<Error>,
    /// How many there were between.
    left_out: u64,
}

impl Errors {
    /// Gives back the one that had to make room.
    pub(super) fn keep(&mut self, error: Error) -> Option<Error> {
        if self.first.len() < ERRORS {
            self.first.push(error);
            return None;
        }
        self.last.push_back(error);
        let left_out = (self.last.len() > ERRORS).then(|| self.last.pop_front())?;
        self.left_out += 1;
        left_out
    }

    fn into_all(self) -> Vec<Error> {
        let mut all = self.first;
        all.extend(self.last);
        all
    }
}

/// Failures that no code returned: the engine found them.
fn found(key: Key, failure: Failure, at: Moment, shared: &Shared) -> Option<Error> {
    let component = || shared.name_of(key).to_owned();
    match failure.kind {
        FailureKind::Timeout => Some(Error::TimedOut {
            component: component(),
            stage: failure.stage,
            task: None,
            after: at.saturating_sub(shared.times(key).begun),
            note: shared.note(key),
        }),
        FailureKind::Unready => Some(Error::Unready {
            component: component(),
        }),
        FailureKind::Heartbeat | FailureKind::Finished => Some(Error::Failed {
            component: component(),
            stage: failure.stage,
            source: failure.kind.as_str().into(),
        }),
        FailureKind::Error | FailureKind::Panic => None,
    }
}

fn start_budget_spent(at: Moment, engine: &Engine, shared: &Shared) -> Error {
    let missing = shared.keys().filter(|key| engine.state(*key) != State::Up);
    let missing = missing.map(|key| shared.name_of(key).to_owned()).collect();
    Error::StartBudget { after: at, missing }
}
