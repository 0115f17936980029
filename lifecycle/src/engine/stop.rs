//! Stop: a component's work ends, its stop hook runs, its cleanups run; what overstays is aborted, then given up.

use std::time::Duration;

use super::input::{Ending, Key, Moment};
use super::node::State;
use super::output::{Change, Command};
use super::{ABORT_GRACE, Cause, Engine, Failure, FailureKind, LAST_CALL};
use crate::plan::{Kind, OnFinish, Restart, Stage};

impl Engine {
    /// A run loop, a spawned task or a hook of the way down ended.
    pub(super) fn work_ended(&mut self, key: Key, stage: Stage, ending: Ending) {
        let state = self.nodes[key as usize].state;
        let node = &self.nodes[key as usize];
        // A start that is being cancelled goes, even if it may come back by now.
        let cancelled = node.aborted && !node.late && state == State::Starting;
        let doomed = node.doomed() || cancelled;
        let failure = ending.failure(stage);
        let work = stage != Stage::Cleanup;
        match (state, failure) {
            // Whatever is undone early fails nobody.
            (State::Starting, Some(failure)) if !doomed && work => self.fail(key, failure),
            (State::Warming | State::Up, Some(failure)) if !doomed && work => {
                self.crash(key, ending, failure);
            }
            (
                State::Down | State::GivenUp | State::Retrying | State::Queued | State::Loading,
                _,
            ) => {}
            (_, Some(failure)) => self.problem(key, failure),
            (State::Warming, None) if stage == Stage::Run && ending == Ending::Ok && !doomed => {
                let kind = FailureKind::Unready;
                self.crash(key, Ending::Error, Failure { stage, kind });
            }
            (State::Up, None) if stage == Stage::Run && ending == Ending::Ok => self.finished(key),
            (_, None) => {}
        }
    }

    /// The run loop returned `Ok` while the component was up.
    fn finished(&mut self, key: Key) {
        let policy = self.policy(key);
        let (rule, always) = (policy.on_finish, policy.restart == Restart::Always);
        let node = &self.nodes[key as usize];
        let (kind, doomed, lost) = (node.kind, node.doomed(), node.lost());
        if node.finished {
            return;
        }
        if always && kind != Kind::Main && !doomed {
            let (stage, kind) = (Stage::Run, FailureKind::Finished);
            return self.crash(key, Ending::Ok, Failure { stage, kind });
        }
        self.node(key).finished = true;
        self.change(key, Change::Finished);
        if kind == Kind::Service && !lost {
            self.busy_services -= 1;
        }
        if doomed {
            return;
        }
        // Nothing is left that could show that it is alive.
        self.set_deadline(key, None);
        match (kind, rule) {
            (Kind::Main, _) => self.shut_down(Cause::MainReturned),
            (_, OnFinish::Shutdown) => self.shut_down(Cause::Finished(key)),
            (_, OnFinish::Finish) => {}
        }
    }

    /// Something went wrong that changes nothing but the report and the exit code.
    pub(super) fn problem(&mut self, key: Key, failure: Failure) {
        if self.nodes[key as usize].required && !self.excused(key, failure.stage) {
            self.count_problem(failure);
        }
        self.change(key, Change::Problem(failure));
    }

    pub(super) fn count_problem(&mut self, failure: Failure) {
        match failure.kind {
            FailureKind::Panic => self.tally.panics += 1,
            FailureKind::Error
            | FailureKind::Timeout
            | FailureKind::Unready
            | FailureKind::Heartbeat
            | FailureKind::Finished => self.tally.errors += 1,
        }
    }

    /// Ends a component's work. After a start that did not succeed there is nothing to stop, but its cleanups run.
    pub(super) fn begin_stop(&mut self, key: Key) {
        self.set_up(key, false);
        self.set_state(key, State::Quiescing);
        self.drop_restart(key);
        let limit = self.policy(key).stop_timeout;
        let node = self.node(key);
        node.last_call = None;
        node.hurried = false;
        let drain = node.whole;
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
            State::Recalling => self.recalled(key),
            State::Tidying => self.tidied(key),
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
    pub(super) fn next_step(&mut self, key: Key, state: State) {
        self.set_state(key, state);
        if self.forced.is_some() {
            self.set_deadline(key, None);
        } else if let Some(at) = self.nodes[key as usize].last_call {
            self.set_deadline(key, Some(at.max(self.now.saturating_add(ABORT_GRACE))));
        }
    }

    fn go_down(&mut self, key: Key) {
        self.set_deadline(key, None);
        self.node(key).been_up = false;
        self.recycled(key);
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
            State::Restarting => self.rerun(key),
            State::Warming if !node.doomed() => {
                let (stage, kind) = (Stage::Start, FailureKind::Timeout);
                self.crash(key, Ending::Error, Failure { stage, kind });
            }
            State::Up if !node.doomed() => {
                let (stage, kind) = (Stage::Run, FailureKind::Heartbeat);
                self.crash(key, Ending::Error, Failure { stage, kind });
            }
            State::Loading | State::Starting if !node.aborted => {
                self.node(key).late = true;
                self.change(key, Change::Cancelling);
                self.abort(key, ABORT_GRACE);
            }
            State::Recalling
            | State::Tidying
            | State::Quiescing
            | State::Stopping
            | State::Cleaning
                if !node.aborted =>
            {
                self.overstayed(key)
            }
            State::Loading
            | State::Starting
            | State::Recalling
            | State::Tidying
            | State::Quiescing
            | State::Stopping
            | State::Cleaning => {
                self.give_up(key);
            }
            State::Down | State::Queued | State::Warming | State::Up | State::GivenUp => {}
        }
    }

    fn overstayed(&mut self, key: Key) {
        let (now, state) = (self.now, self.nodes[key as usize].state);
        if !self.excused(key, state.stage()) {
            self.tally.overstayed += 1;
        }
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
        // One that was only to be restarted, or tried again, is lost with this.
        let (state, late, hopeful) = (node.state, node.late, !node.lost());
        let stage = state.stage();
        let timeout = Failure {
            stage,
            kind: FailureKind::Timeout,
        };
        self.set_deadline(key, None);
        self.tally.overstayed += 1;
        self.command(Command::GiveUp(key));
        self.change(key, Change::GivenUp(stage));
        match state {
            State::Loading => {
                self.leave_loading(key, State::GivenUp, late.then_some(timeout), false);
            }
            State::Starting => {
                self.starting -= 1;
                self.set_state(key, State::GivenUp);
                if late || hopeful {
                    self.fail(key, timeout);
                }
            }
            _ => {
                self.set_up(key, false);
                self.set_state(key, State::GivenUp);
                if hopeful && matches!(state, State::Recalling | State::Tidying) {
                    self.escalate(key, timeout);
                } else if hopeful {
                    self.fail(key, timeout);
                }
            }
        }
        self.set_failed(key);
        self.recycled(key);
    }
}
