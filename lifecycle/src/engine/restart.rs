//! Restarts: the work of a component is replaced, or the component and all that need it are rebuilt.
//!
//! With [`Scope::Itself`] the instance stays. Its work is *recalled* (its tasks end, as in a stop), what the run left
//! to clean up is *tidied*, and after the backoff the run loop is called again. Whoever wants to start on the
//! component waits until it is up again; whoever is up on it stays.
//!
//! With [`Scope::Dependents`] the component carries a mark for which it must go, and so must its dependents. The mark
//! is lifted once it is down, and the world moves back toward what is wanted.
//!
//! A component that must go is never restarted: whatever was under way turns into its stop.

use std::time::Duration;

use super::input::{Ending, Key};
use super::marks::Mark;
use super::node::State;
use super::output::{Change, Command};
use super::supervision::{Supervision, Verdict};
use super::{Engine, Failure, FailureKind};
use crate::plan::{EdgeKind, Escalate, Kind, Ready, Restart, Scope, Stage};

/// What the engine remembers of a component that was restarted at least once.
#[derive(Clone, Debug, Default)]
pub(super) struct Restarts {
    supervision: Supervision,
    /// A restart is under way, and begins after this wait.
    pending: Option<Duration>,
    /// It is being built again after a failure, so that a start that fails is one more.
    rebuilding: bool,
}

impl Engine {
    fn restarts(&mut self, key: Key) -> &mut Restarts {
        self.node(key).restarts.get_or_insert_default()
    }

    /// The wait before the restart that is under way, if one is.
    fn pending(&self, key: Key) -> Option<Duration> {
        self.nodes[key as usize].restarts.as_ref()?.pending
    }

    fn set_pending(&mut self, key: Key, pending: Option<Duration>) {
        if pending.is_some() || self.nodes[key as usize].restarts.is_some() {
            self.restarts(key).pending = pending;
        }
    }

    /// What fails while its restart is under way belongs to the failure that is being mended.
    pub(super) fn excused(&self, key: Key, stage: Stage) -> bool {
        matches!(stage, Stage::Run | Stage::Task) && self.pending(key).is_some()
    }

    fn verdict(&mut self, key: Key, ending: Ending) -> Verdict {
        let now = self.now;
        let policy = *self.policy(key);
        let random = &mut self.random;
        let restarts = self.nodes[key as usize].restarts.get_or_insert_default();
        let random = |most| random.u64(0..=most);
        restarts.supervision.ended(&policy, now, ending, random)
    }

    /// A component that is up or warming failed, or finished although it is always to run: it is restarted, if that
    /// is allowed and possible, or has failed for good.
    pub(super) fn crash(&mut self, key: Key, ending: Ending, failure: Failure) {
        let node = &self.nodes[key as usize];
        let policy = self.policy(key);
        if node.kind == Kind::Main || policy.restart == Restart::Never {
            return self.fail(key, failure);
        }
        let rebuild = policy.scope == Scope::Dependents || !node.runs;
        if rebuild && self.takes_main(key) {
            return self.escalate(key, failure);
        }
        let Verdict::Restart { after } = self.verdict(key, ending) else {
            return self.escalate(key, failure);
        };
        if ending != Ending::Ok {
            self.change(key, Change::Crashed(failure));
        }
        self.set_pending(key, Some(after));
        if rebuild {
            self.recycle(key)
        } else {
            self.recall(key)
        }
    }

    /// A component has used up its restarts, or could not be restarted.
    pub(super) fn escalate(&mut self, key: Key, failure: Failure) {
        match self.policy(key).escalate {
            Escalate::Degrade if !self.nodes[key as usize].failed => {
                self.set_failed(key);
                self.change(key, Change::Failed(failure));
                if self.nodes[key as usize].required {
                    self.count_problem(failure);
                }
            }
            Escalate::Degrade | Escalate::Shutdown => self.fail(key, failure),
        }
    }

    /// A start failed that rebuilds a component after a failure; whether it is tried again.
    pub(super) fn rebuild_failed(&mut self, key: Key, failure: Failure) -> bool {
        let rebuilding = |restarts: &Restarts| restarts.rebuilding;
        if !self.nodes[key as usize]
            .restarts
            .as_deref()
            .is_some_and(rebuilding)
        {
            return false;
        }
        if let Verdict::Restart { after } = self.verdict(key, Ending::Error) {
            self.change(key, Change::AttemptFailed(failure));
            self.set_pending(key, Some(after));
        } else {
            self.escalate(key, failure);
        }
        true
    }

    /// Marks a component to be rebuilt with all that cannot do without it.
    pub(super) fn recycle(&mut self, key: Key) {
        if !std::mem::replace(&mut self.node(key).recycling, true) {
            self.mark(key, Mark::Recycled);
        }
    }

    /// Lifts the mark once the component is down, and hence all that cannot do without it.
    pub(super) fn recycled(&mut self, key: Key) {
        if std::mem::take(&mut self.node(key).recycling) {
            self.unmark(key, Mark::Recycled);
        }
    }

    /// Whether `main` runs and would lose this component: `main` is called once, and what it holds has to stay.
    pub(super) fn takes_main(&self, key: Key) -> bool {
        let live = |main: &Key| self.nodes[*main as usize].state.is_live();
        self.main
            .filter(live)
            .is_some_and(|main| self.needs(main, key))
    }

    /// Whether one component cannot do without the other, directly or through others, or is the other.
    pub(super) fn needs(&self, key: Key, other: Key) -> bool {
        let mut seen = vec![false; self.nodes.len()];
        let mut todo = vec![key];
        while let Some(key) = todo.pop() {
            if key == other {
                return true;
            }
            if !std::mem::replace(&mut seen[key as usize], true) {
                let needed = self.links(key).iter();
                let needed = needed.filter(|link| link.kind == EdgeKind::Hard);
                todo.extend(needed.map(|link| link.key));
            }
        }
        false
    }

    /// Ends the work of a component whose instance stays.
    pub(super) fn recall(&mut self, key: Key) {
        self.set_up(key, false);
        self.set_state(key, State::Recalling);
        self.unfinish(key);
        let node = self.node(key);
        node.last_call = None;
        node.hurried = false;
        let limit = self.policy(key).stop_timeout;
        self.set_deadline(key, Some(self.now.saturating_add(limit)));
        self.change(key, Change::Recalling);
        self.command(Command::EndRun(key));
    }

    /// The last task of the work that is replaced has ended.
    pub(super) fn recalled(&mut self, key: Key) {
        if self.nodes[key as usize].doomed() {
            return self.rest(key);
        }
        self.next_step(key, State::Tidying);
        self.change(key, Change::Tidying);
        self.command(Command::CleanRun(key));
    }

    /// What the run left to clean up is cleaned up, or was aborted.
    pub(super) fn tidied(&mut self, key: Key) {
        let node = &self.nodes[key as usize];
        if node.aborted && !node.doomed() {
            // The next run must not begin on what the last one left behind.
            let (stage, kind) = (Stage::Cleanup, FailureKind::Timeout);
            self.escalate(key, Failure { stage, kind });
        }
        if self.nodes[key as usize].doomed() {
            return self.rest(key);
        }
        let after = self.pending(key).unwrap_or_default();
        self.set_state(key, State::Restarting);
        self.set_deadline(key, Some(self.now.saturating_add(after)));
        self.announce(key, after);
    }

    fn announce(&mut self, key: Key, after: Duration) {
        let restarts = self.restarts(key).supervision.restarts();
        self.change(key, Change::Restarting { after, restarts });
    }

    /// Nothing of its work is left, and it waits for its turn to stop.
    fn rest(&mut self, key: Key) {
        self.set_state(key, State::Restarting);
        self.set_deadline(key, None);
        self.dirty.push_back(key);
    }

    /// The wait is over: the run loop is called again.
    pub(super) fn rerun(&mut self, key: Key) {
        self.set_pending(key, None);
        self.command(Command::Run(key));
        if self.policy(key).ready == Ready::Explicit {
            self.set_state(key, State::Warming);
            self.watch(key);
            self.change(key, Change::Warming);
        } else {
            self.come_up(key);
        }
    }

    /// Forgets a restart that turns into a stop.
    pub(super) fn drop_restart(&mut self, key: Key) {
        let node = &self.nodes[key as usize];
        let rebuilt = node.recycling && !node.lost();
        if node.doomed() && !rebuilt {
            self.set_pending(key, None);
        }
    }

    /// Forgets everything about a start that was under way, since the component had to go.
    pub(super) fn forget_start(&mut self, key: Key) {
        let node = self.node(key);
        node.attempt = 0;
        node.attempt_failed = None;
        if let Some(restarts) = &mut node.restarts {
            restarts.pending = None;
            restarts.rebuilding = false;
        }
    }

    /// A component that is down waits for its rebuilding, if that is under way.
    pub(super) fn wait_to_rebuild(&mut self, key: Key) -> bool {
        let Some(after) = self.pending(key) else {
            return false;
        };
        let restarts = self.restarts(key);
        restarts.pending = None;
        restarts.rebuilding = true;
        let node = self.node(key);
        node.attempt = 0;
        node.attempt_failed = None;
        self.set_state(key, State::Retrying);
        self.set_deadline(key, Some(self.now.saturating_add(after)));
        self.announce(key, after);
        true
    }

    /// It is up: what it was restarted for is over.
    pub(super) fn restarted(&mut self, key: Key) {
        let now = self.now;
        if let Some(restarts) = &mut self.node(key).restarts {
            restarts.supervision.came_up(now);
            restarts.rebuilding = false;
        }
    }

    /// A restart that somebody asked for: it counts against nothing and waits for nothing.
    pub(super) fn restart_work(&mut self, key: Key) {
        self.hasten(key);
        match self.nodes[key as usize].state {
            _ if self.nodes[key as usize].doomed() => {}
            State::Up | State::Warming => {
                self.set_pending(key, Some(Duration::ZERO));
                self.recall(key);
            }
            State::Restarting | State::Retrying => self.set_deadline(key, Some(self.now)),
            _ => {}
        }
    }

    /// A restart that is under way need not wait.
    fn hasten(&mut self, key: Key) {
        if self.pending(key).is_some() {
            self.set_pending(key, Some(Duration::ZERO));
        }
    }

    /// The same, for a component and all that cannot do without it.
    pub(super) fn restart_dependents(&mut self, key: Key) {
        self.hasten(key);
        match self.nodes[key as usize].state {
            State::Starting
            | State::Warming
            | State::Up
            | State::Recalling
            | State::Tidying
            | State::Restarting => self.recycle(key),
            State::Retrying => self.set_deadline(key, Some(self.now)),
            _ => {}
        }
    }
}
