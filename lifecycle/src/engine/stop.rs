//! Stop: a component's work ends, its stop hook runs, its cleanups run; what overstays is aborted, then given up.

use std::time::Duration;

use super::input::{Ending, Key, Moment};
use super::node::State;
use super::output::{Change, Command};
use super::{ABORT_GRACE, Cause, Engine, Failure, FailureKind, LAST_CALL};
use crate::plan::{Kind, OnFinish, Stage};

impl Engine {
    /// A run loop, a spawned task or a hook of the way down ended.
    pub(super) fn work_ended(&mut self, key: Key, stage: Stage, ending: Ending) {
        let state = self.nodes[key as usize].state;
        let doomed = self.nodes[key as usize].doomed();
        let failure = ending.failure(stage);
        match (state, failure) {
            // Whatever is undone early fails nobody.
            (State::Starting | State::Warming | State::Up, Some(failure))
                if !doomed && stage != Stage::Cleanup =>
            {
                self.fail(key, failure);
            }
            (
                State::Down | State::GivenUp | State::Retrying | State::Queued | State::Loading,
                _,
            ) => {}
            (_, Some(failure)) => self.problem(key, failure),
            (State::Warming, None) if stage == Stage::Run && ending == Ending::Ok && !doomed => {
                self.fail(
                    key,
                    Failure {
                        stage,
                        kind: FailureKind::Unready,
                    },
                );
            }
            (State::Up, None) if stage == Stage::Run && ending == Ending::Ok => self.finished(key),
            (_, None) => {}
        }
    }

    /// The run loop returned `Ok` while the component was up.
    fn finished(&mut self, key: Key) {
        let node = self.node(key);
        if node.finished {
            return;
        }
        node.finished = true;
        let (kind, rule, doomed) = (node.kind, node.policy.on_finish, node.doomed());
        self.change(key, Change::Finished);
        if kind == Kind::Service && !doomed {
            self.busy_services -= 1;
        }
        if doomed {
            return;
        }
        match (kind, rule) {
            (Kind::Main, _) => self.shut_down(Cause::MainReturned),
            (_, OnFinish::Shutdown) => self.shut_down(Cause::Finished(key)),
            (_, OnFinish::Finish) => {}
        }
    }

    /// Something went wrong that changes nothing but the report and the exit code.
    pub(super) fn problem(&mut self, key: Key, failure: Failure) {
        if self.nodes[key as usize].required {
            self.count_problem(failure);
        }
        self.change(key, Change::Problem(failure));
    }

    pub(super) fn count_problem(&mut self, failure: Failure) {
        match failure.kind {
            FailureKind::Panic => self.tally.panics += 1,
            FailureKind::Error | FailureKind::Timeout | FailureKind::Unready => {
                self.tally.errors += 1
            }
        }
    }

    /// Ends a component's work. After a start that did not succeed there is nothing to stop, but its cleanups run.
    pub(super) fn begin_stop(&mut self, key: Key) {
        self.set_up(key, false);
        self.set_state(key, State::Quiescing);
        let node = self.node(key);
        node.last_call = None;
        node.hurried = false;
        let (limit, drain) = (node.policy.stop_timeout, node.whole);
        self.fit(key, self.now.saturating_add(limit));
        self.change(key, Change::Quiescing);
        self.command(Command::Quiesce {
            node: key,
            drain: drain && self.forced.is_none(),
        });
        if self.forced.is_some() {
            self.abort(key, ABORT_GRACE);
        }
    }

    /// Sets the end of a component's stop, which leaves their share to those behind it.
    fn fit(&mut self, key: Key, at: Moment) {
        let latest = self.budget.latest_end(key).unwrap_or(Duration::MAX);
        self.set_deadline(key, Some(at.min(latest.max(self.now))));
    }

    /// A shutdown begins: a component that is stopping already has to fit in.
    pub(super) fn refit(&mut self, key: Key) {
        let node = &self.nodes[key as usize];
        let stopping = matches!(
            node.state,
            State::Quiescing | State::Stopping | State::Cleaning
        );
        if let Some(at) = node
            .deadline
            .filter(|_| stopping && node.last_call.is_none())
        {
            self.fit(key, at);
        }
    }

    /// The last task of the current step has ended.
    pub(super) fn idle(&mut self, key: Key) {
        self.node(key).late = false;
        let node = &self.nodes[key as usize];
        match node.state {
            State::Quiescing if node.whole && self.forced.is_none() => self.stop(key),
            State::Quiescing | State::Stopping => self.clean_up(key),
            State::Cleaning if self.may_hurry(key) => self.hurry(key),
            State::Cleaning => self.go_down(key),
            _ => {}
        }
    }

    fn stop(&mut self, key: Key) {
        self.node(key).whole = false;
        self.next_step(key, State::Stopping);
        self.change(key, Change::Stopping);
        self.command(Command::Stop(key));
    }

    fn clean_up(&mut self, key: Key) {
        self.node(key).whole = false;
        self.next_step(key, State::Cleaning);
        self.change(key, Change::Cleaning);
        self.command(Command::Cleanup(key));
    }

    /// Whether a cleanup overstayed and was aborted, so that there may be others that have not run yet.
    fn may_hurry(&self, key: Key) -> bool {
        let node = &self.nodes[key as usize];
        node.aborted && !node.hurried && self.forced.is_none()
    }

    /// Runs the other cleanups side by side: one that hangs keeps none of them from running.
    fn hurry(&mut self, key: Key) {
        self.node(key).hurried = true;
        self.next_step(key, State::Cleaning);
        self.command(Command::Hurry(key));
    }

    /// The deadline of a stop holds for all its steps, until one overstays: then the rest has until the last call, and
    /// no step is aborted before it could do anything. Once forced, the end of all is the only one.
    fn next_step(&mut self, key: Key, state: State) {
        self.set_state(key, state);
        if self.forced.is_some() {
            self.set_deadline(key, None);
        } else if let Some(at) = self.nodes[key as usize].last_call {
            self.set_deadline(key, Some(at.max(self.now.saturating_add(ABORT_GRACE))));
        }
    }

    fn go_down(&mut self, key: Key) {
        self.set_deadline(key, None);
        if !self.retry(key) {
            self.set_state(key, State::Down);
            self.change(key, Change::Down);
            self.dirty.push_back(key);
        }
    }

    /// Aborts all tasks of a component, which then has `grace` to end.
    pub(super) fn abort(&mut self, key: Key, grace: Duration) {
        self.abort_now(key);
        self.set_deadline(key, Some(self.now.saturating_add(grace)));
    }

    pub(super) fn abort_now(&mut self, key: Key) {
        self.node(key).aborted = true;
        self.command(Command::Abort(key));
    }

    /// A component's deadline has passed.
    pub(super) fn overdue(&mut self, key: Key) {
        let node = &self.nodes[key as usize];
        match node.state {
            State::Retrying if node.unmet == 0 => self.queue_start(key),
            State::Retrying => self.stand_down(key),
            State::Warming => {
                self.node(key).late = true;
                self.fail(
                    key,
                    Failure {
                        stage: Stage::Start,
                        kind: FailureKind::Timeout,
                    },
                );
            }
            State::Loading | State::Starting if !node.aborted => {
                self.node(key).late = true;
                self.change(key, Change::Cancelling);
                self.abort(key, ABORT_GRACE);
            }
            State::Quiescing | State::Stopping | State::Cleaning if !node.aborted => {
                self.overstayed(key)
            }
            State::Loading
            | State::Starting
            | State::Quiescing
            | State::Stopping
            | State::Cleaning => {
                self.give_up(key);
            }
            State::Down | State::Queued | State::Up | State::GivenUp => {}
        }
    }

    fn overstayed(&mut self, key: Key) {
        self.tally.overstayed += 1;
        let (now, state) = (self.now, self.nodes[key as usize].state);
        self.node(key)
            .last_call
            .get_or_insert(now.saturating_add(LAST_CALL));
        self.change(key, Change::Overstayed(state.stage()));
        self.abort(key, ABORT_GRACE);
    }

    /// Stops waiting for a component that does not end; the order goes on as if it were down.
    pub(super) fn give_up(&mut self, key: Key) {
        if !self.nodes[key as usize].aborted {
            self.abort_now(key);
        }
        let node = &self.nodes[key as usize];
        let (state, late) = (node.state, node.late);
        let stage = state.stage();
        self.set_deadline(key, None);
        self.tally.overstayed += 1;
        self.command(Command::GiveUp(key));
        self.change(key, Change::GivenUp(stage));
        match state {
            State::Loading => {
                let failure = late.then_some(Failure {
                    stage,
                    kind: FailureKind::Timeout,
                });
                self.leave_loading(key, State::GivenUp, failure, false);
            }
            State::Starting => {
                self.starting -= 1;
                self.set_state(key, State::GivenUp);
                if late {
                    self.fail(
                        key,
                        Failure {
                            stage,
                            kind: FailureKind::Timeout,
                        },
                    );
                }
            }
            _ => {
                self.set_up(key, false);
                self.set_state(key, State::GivenUp);
            }
        }
        self.set_failed(key);
    }
}
