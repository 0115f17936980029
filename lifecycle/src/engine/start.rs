//! Load and start: attempts, retries, readiness.

use super::input::{Ending, Key};
use super::node::State;
use super::output::{Change, Command};
use super::{ABORT_GRACE, Cause, Engine, Failure, FailureKind, Phase};
use crate::plan::{Ready, Stage};

impl Ending {
    pub(super) fn failure(self, stage: Stage) -> Option<Failure> {
        let kind = match self {
            Self::Ok | Self::Cancelled => return None,
            Self::Error | Self::RestartNow => FailureKind::Error,
            Self::Panic => FailureKind::Panic,
        };
        Some(Failure { stage, kind })
    }
}

impl Engine {
    pub(super) fn begin(&mut self, check_only: bool) {
        if self.phase != Phase::New {
            return;
        }
        self.check_only = check_only;
        self.timers.start = self
            .timers
            .at(self.now.saturating_add(self.limits.start_budget));
        self.enter(Phase::Loading);
        for key in self.keys() {
            if self.nodes[key as usize].loads {
                self.loading += 1;
                self.set_state(key, State::Loading);
                let limit = self.policy(key).start_timeout;
                self.set_deadline(key, Some(self.now.saturating_add(limit)));
                self.change(key, Change::Loading);
                self.command(Command::Load(key));
            }
        }
        self.loads_over();
    }

    pub(super) fn loaded(&mut self, key: Key, ending: Ending) {
        if self.nodes[key as usize].state != State::Loading {
            return;
        }
        let late = self.nodes[key as usize].late;
        let failure = match ending {
            Ending::Cancelled if late => Some(Failure {
                stage: Stage::Load,
                kind: FailureKind::Timeout,
            }),
            ending => ending.failure(Stage::Load),
        };
        self.leave_loading(key, State::Down, failure, ending == Ending::Ok);
    }

    /// Takes a component out of the load phase.
    pub(super) fn leave_loading(
        &mut self,
        key: Key,
        to: State,
        failure: Option<Failure>,
        done: bool,
    ) {
        self.loading -= 1;
        self.set_state(key, to);
        self.set_deadline(key, None);
        self.node(key).late = false;
        if let Some(failure) = failure {
            self.set_failed(key);
            self.change(key, Change::Failed(failure));
            let required = self.nodes[key as usize].required;
            match self.is_rising() {
                true if required => {
                    self.load_failed.get_or_insert(key);
                }
                false if required => self.count_problem(failure),
                _ => {}
            }
        } else if done {
            self.node(key).loads = false;
            self.change(key, Change::Loaded);
        }
        self.loads_over();
    }

    /// Goes on once every load hook has ended: all failures are known by then.
    fn loads_over(&mut self) {
        if self.phase != Phase::Loading || self.loading > 0 {
            return;
        }
        if let Some(key) = self.load_failed {
            return self.shut_down(Cause::LoadFailed(key));
        }
        if self.check_only {
            return self.shut_down(Cause::Checked);
        }
        self.enter(Phase::Starting);
        // Nobody is disabled yet, and each component is there because a root leads to it.
        for key in self.keys() {
            self.set_wanted(key, true);
        }
        self.ask_early();
    }

    pub(super) fn queue_start(&mut self, key: Key) {
        if self.starting + self.queue.len() >= self.limits.max_concurrent_starts.max(1) {
            self.change(key, Change::Queued);
        }
        self.set_state(key, State::Queued);
        self.queue.push_back(key);
    }

    /// Starts as many of those in line as may start at once.
    pub(super) fn admit(&mut self) {
        while self.starting < self.limits.max_concurrent_starts.max(1) {
            let Some(key) = self.queue.pop_front() else {
                return;
            };
            let node = &self.nodes[key as usize];
            match node.state {
                State::Queued if node.unmet == 0 => self.start(key),
                // What it needs was restarted while it stood in line.
                State::Queued => self.stand_down(key),
                _ => {}
            }
        }
    }

    fn start(&mut self, key: Key) {
        self.starting += 1;
        self.set_state(key, State::Starting);
        self.unfinish(key);
        let limit = self.policy(key).start_timeout;
        let node = self.node(key);
        node.attempt += 1;
        node.attempt_failed = None;
        let attempt = node.attempt;
        self.set_deadline(key, Some(self.now.saturating_add(limit)));
        self.change(key, Change::Starting { attempt });
        self.command(Command::Start(key));
    }

    /// Takes a component that was about to start out of the line.
    pub(super) fn stand_down(&mut self, key: Key) {
        self.set_deadline(key, None);
        if self.nodes[key as usize].doomed() {
            self.forget_start(key);
        }
        self.set_state(key, State::Down);
        self.change(key, Change::Down);
    }

    pub(super) fn cancel_start(&mut self, key: Key) {
        self.change(key, Change::Cancelling);
        self.abort(key, ABORT_GRACE);
    }

    pub(super) fn started(&mut self, key: Key, ending: Ending) {
        let node = &self.nodes[key as usize];
        if node.state != State::Starting {
            return;
        }
        self.starting -= 1;
        let (late, runs) = (node.late, node.runs);
        // One that may stay after all has lost what it spawned to the abort.
        let cancelled = node.aborted && !late;
        let doomed = node.doomed() || cancelled;
        let ready = self.policy(key).ready;
        self.node(key).late = false;
        self.node(key).whole = ending == Ending::Ok;
        if ending == Ending::Ok && !late {
            // What has to go works only once it was started anew, should it be wanted again before it stops.
            if doomed {
                self.recycle(key);
            } else if runs {
                self.command(Command::Run(key));
            }
            if ready == Ready::Explicit && runs && !doomed {
                self.set_state(key, State::Warming);
                self.change(key, Change::Warming);
            } else {
                self.come_up(key);
            }
            return;
        }
        // One that succeeds after its time has lost what it spawned to the abort, so it is stopped like any other.
        let failure = match ending {
            Ending::Ok | Ending::Cancelled if late => Some(Failure {
                stage: Stage::Start,
                kind: FailureKind::Timeout,
            }),
            ending => ending.failure(Stage::Start),
        };
        self.attempt_failed(key, failure, cancelled);
        self.begin_stop(key);
    }

    /// Decides what a failed attempt means, before its cleanups run.
    fn attempt_failed(&mut self, key: Key, failure: Option<Failure>, cancelled: bool) {
        let node = &self.nodes[key as usize];
        let last = node.attempt > self.policy(key).retry;
        let (lost, doomed) = (node.lost(), node.doomed());
        let Some(failure) = failure else {
            return self.node(key).attempt_failed = None;
        };
        if (doomed || cancelled) && !lost {
            // It was cancelled, and its time is yet to come.
            self.problem(key, failure);
        } else if doomed {
            self.fail(key, failure);
        } else if !self.rebuild_failed(key, failure) {
            self.node(key).attempt_failed = Some(failure);
            if last {
                self.fail(key, failure);
            } else {
                self.change(key, Change::AttemptFailed(failure));
            }
        }
    }

    pub(super) fn ready(&mut self, key: Key) {
        if self.nodes[key as usize].state == State::Warming {
            self.come_up(key);
        }
    }

    /// Sets the time by which a component that warms must be ready, or one that is up must show that it is alive.
    pub(super) fn watch(&mut self, key: Key) {
        let (policy, node) = (self.policy(key), &self.nodes[key as usize]);
        let limit = match node.state {
            State::Warming => Some(policy.start_timeout),
            State::Up if !node.finished => policy.heartbeat,
            _ => None,
        };
        if let Some(limit) = limit {
            self.set_deadline(key, Some(self.now.saturating_add(limit)));
        }
    }

    pub(super) fn come_up(&mut self, key: Key) {
        self.set_deadline(key, None);
        self.set_state(key, State::Up);
        let node = self.node(key);
        node.attempt = 0;
        node.attempt_failed = None;
        if node.doomed() {
            self.dirty.push_back(key);
        } else {
            node.been_up = true;
            self.watch(key);
            self.restarted(key);
            self.change(key, Change::Up);
            self.set_up(key, true);
        }
    }

    /// Waits before the next attempt, if there is to be one.
    pub(super) fn retry(&mut self, key: Key) -> bool {
        let doomed = self.nodes[key as usize].doomed();
        if !doomed && self.wait_to_rebuild(key) {
            return true;
        }
        let node = &self.nodes[key as usize];
        if doomed || node.attempt_failed.is_none() {
            self.forget_start(key);
            return false;
        }
        let (attempt, backoff) = (node.attempt, self.policy(key).backoff);
        let after = backoff.wait(attempt, |most| self.random.u64(0..=most));
        self.set_state(key, State::Retrying);
        self.set_deadline(key, Some(self.now.saturating_add(after)));
        self.change(key, Change::Retrying { after });
        true
    }

    /// A component failed for good; the app goes on only if it can do without.
    pub(super) fn fail(&mut self, key: Key, failure: Failure) {
        let node = &self.nodes[key as usize];
        if node.failed {
            return self.problem(key, failure);
        }
        let (required, been_up) = (node.required, node.been_up);
        self.set_failed(key);
        self.change(key, Change::Failed(failure));
        if !required {
            return;
        }
        if !self.is_rising() {
            self.count_problem(failure);
        }
        self.shut_down(if been_up {
            Cause::Failed(key, failure)
        } else {
            Cause::StartFailed(key, failure)
        });
    }
}
