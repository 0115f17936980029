//! Stop: a component's work ends, its stop hook runs, its cleanups run; what overstays is aborted, then given up.

use std::time::Duration;

use super::input::{Ending, Key};
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
            (State::Warming | State::Up, Some(failure)) if !doomed => self.fail(key, failure),
            (State::Starting, Some(failure)) if !doomed => self.fail(key, failure),
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

    pub(super) fn begin_stop(&mut self, key: Key) {
        self.set_up(key, false);
        self.set_state(key, State::Quiescing);
        let node = self.node(key);
        node.last_call = None;
        let (limit, drain) = (node.policy.stop_timeout, node.whole);
        let latest = self.budget.latest_end(key).unwrap_or(Duration::MAX);
        let deadline = self.now.saturating_add(limit).min(latest.max(self.now));
        self.set_deadline(key, Some(deadline));
        self.change(key, Change::Quiescing);
        self.command(Command::Quiesce {
            node: key,
            drain: drain && self.forced.is_none(),
        });
        if self.forced.is_some() {
            self.abort_now(key);
        }
    }

    /// After a start that did not succeed: what it spawned ends and its cleanups run, but there is nothing to stop.
    pub(super) fn clean_up_attempt(&mut self, key: Key) {
        self.node(key).whole = false;
        self.begin_stop(key);
    }

    /// The last task of the current step has ended.
    pub(super) fn idle(&mut self, key: Key) {
        self.node(key).late = false;
        let node = &self.nodes[key as usize];
        match node.state {
            State::Quiescing if node.whole && self.forced.is_none() => self.stop(key),
            State::Quiescing | State::Stopping => self.clean_up(key),
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

    /// The deadline of a stop holds for all its steps, until one overstays: then the rest has until the last call.
    fn next_step(&mut self, key: Key, state: State) {
        self.set_state(key, state);
        if let Some(at) = self.nodes[key as usize].last_call {
            self.set_deadline(key, Some(at));
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
            State::Retrying => {
                self.set_state(key, State::Down);
                self.dirty.push_back(key);
            }
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

    pub(super) fn extend(&mut self, key: Key, by: Duration) {
        let at = self.now.saturating_add(by);
        let node = &self.nodes[key as usize];
        let Some(deadline) = node.deadline.filter(|_| !node.aborted) else {
            return;
        };
        let latest = match node.state {
            State::Loading | State::Starting | State::Warming => {
                if let Some(start) = &mut self.timers.start {
                    *start = at.max(*start);
                }
                Duration::MAX
            }
            State::Quiescing | State::Stopping | State::Cleaning if node.last_call.is_none() => {
                self.budget.latest_end(key).unwrap_or(Duration::MAX)
            }
            _ => return,
        };
        self.set_deadline(key, Some(at.min(latest).max(deadline)));
        self.change(key, Change::Extended);
    }

    /// Whether services were there and all of them are done; and if so, why the app stops.
    pub(super) fn services_over(&self) -> Option<Cause> {
        let over = self.services > 0 && self.busy_services == 0;
        // Only then is it worth a look at all of them.
        over.then(|| match self.service_failed || self.any_service_lost() {
            true => Cause::NoneLeft,
            false => Cause::AllFinished,
        })
    }

    /// Whether a service went down with something that it needs.
    fn any_service_lost(&self) -> bool {
        self.nodes
            .iter()
            .any(|node| node.kind == Kind::Service && !node.finished && node.doomed())
    }
}
