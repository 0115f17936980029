//! Restarts once more: the budget as a scan over all restarts there were.

use std::time::Duration;

use lifecycle::engine::{Failure, FailureKind, Moment};
use lifecycle::plan::{Escalate, Kind, Ready, Restart, Scope, Stage};

use super::{At, Model};

/// What the model knows of one component's restarts.
#[derive(Clone, Debug, Default)]
pub(super) struct Supervised {
    /// When a restart was decided that somebody did not just ask for.
    decided: Vec<Moment>,
    /// How many counted at the last decision.
    counted: u32,
    /// Restarts with a backoff since it was well for long enough.
    streak: u32,
    pub(super) well_since: Option<Moment>,
    /// A restart is under way, and waits no longer than this.
    pub(super) pending: Option<Duration>,
    /// It is being built again after a failure.
    pub(super) rebuilding: bool,
    /// Its work is to be ended.
    pub(super) to_recall: bool,
    /// What its run left behind is to be cleaned up.
    pub(super) to_tidy: bool,
    /// All of that is done, and the wait is to begin.
    pub(super) to_wait: bool,
    /// It was given up while its work was being ended.
    pub(super) stuck: bool,
    /// When its run loop is called again.
    pub(super) rerun_at: Option<Moment>,
}

impl Model<'_> {
    /// Whether a restart is allowed after a failure, or after an end without one.
    pub(super) fn may_restart(&self, now: Moment, key: usize, ok: bool) -> bool {
        let component = &self.case.components[key];
        let policy = &component.policy;
        let asked = match policy.restart {
            Restart::OnFailure => !ok,
            Restart::Always => true,
            _ => false,
        };
        let decided = &self.nodes[key].supervised.decided;
        let counted = decided
            .iter()
            .filter(|at| now < **at + policy.within)
            .count();
        asked
            && component.kind != Kind::Main
            && counted < policy.max_restarts as usize
            && !(self.rebuilds(key) && self.takes_main(key))
    }

    /// Whether a restart means that it goes down.
    pub(super) fn rebuilds(&self, key: usize) -> bool {
        let component = &self.case.components[key];
        component.policy.scope == Scope::Dependents || component.code.run.is_none()
    }

    pub(super) fn main(&self) -> Option<usize> {
        (0..self.nodes.len()).find(|key| self.case.components[*key].kind == Kind::Main)
    }

    pub(super) fn takes_main(&self, key: usize) -> bool {
        let live = |main: &usize| self.nodes[*main].at.is_live();
        self.main()
            .filter(live)
            .is_some_and(|main| self.needs(main, key))
    }

    /// A restart begins that counts.
    pub(super) fn decide(&mut self, now: Moment, key: usize, at_once: bool) {
        let policy = self.case.components[key].policy;
        let it = &mut self.nodes[key].supervised;
        if it
            .well_since
            .take()
            .is_some_and(|since| now - since >= policy.within)
        {
            it.streak = 0;
        }
        let before = it.decided.iter().filter(|at| now < **at + policy.within);
        it.counted = before.count() as u32 + 1;
        it.decided.push(now);
        it.streak += u32::from(!at_once);
        let double = |wait: Duration, _| (wait * 2).min(policy.backoff.max);
        let most = (1..it.streak)
            .fold(policy.backoff.min, double)
            .min(policy.backoff.max);
        it.pending = Some(if at_once { Duration::ZERO } else { most });
    }

    /// The restart of one that is up or warming begins.
    pub(super) fn crash(&mut self, now: Moment, key: usize, at_once: bool) {
        self.decide(now, key, at_once);
        if self.rebuilds(key) {
            self.nodes[key].recycling = true;
        } else {
            self.nodes[key].supervised.to_recall = true;
        }
        self.mark_lost();
    }

    /// Observers hear of a failure after which there is a restart.
    pub(super) fn crashed(
        &mut self,
        now: Moment,
        key: usize,
        failure: Failure,
    ) -> Result<(), String> {
        if !matches!(self.nodes[key].at, At::Up | At::Warming) || self.must_go(key) {
            return Err("crashed although it is not up".into());
        }
        if !self.fails_now(now, key, failure) {
            return Err("crashed without a reason".into());
        }
        if !self.may_restart(now, key, false) {
            return Err("restarted although it must not be".into());
        }
        let at_once = self.cue.may_fail == Some((key, failure)) && self.cue.at_once;
        self.cue.must_fail = self.cue.must_fail.filter(|failed| *failed != key);
        self.crash(now, key, at_once);
        Ok(())
    }

    /// Whether this failure is one that there is: of the input, or of a time that has passed.
    pub(super) fn fails_now(&self, now: Moment, key: usize, failure: Failure) -> bool {
        let node = &self.nodes[key];
        let past = node.deadline.is_some_and(|at| now >= at);
        let late = match node.at {
            At::Warming => failure.kind == FailureKind::Timeout && past,
            At::Up => failure.kind == FailureKind::Heartbeat && past,
            _ => false,
        };
        late || self.cue.may_fail == Some((key, failure))
    }

    /// Whether what failed for good leaves the app running although it needs it.
    pub(super) fn degrades(&self, key: usize) -> bool {
        let component = &self.case.components[key];
        let policy = &component.policy;
        let node = &self.nodes[key];
        let supervised = match node.at {
            At::Warming | At::Up | At::Recalling | At::Tidying | At::Waiting => true,
            At::Failing => node.supervised.rebuilding,
            At::GivenUp => node.supervised.stuck,
            _ => false,
        };
        supervised
            && component.kind != Kind::Main
            && policy.restart != Restart::Never
            && policy.escalate == Escalate::Degrade
    }

    /// What fails while its restart is under way does not count.
    pub(super) fn excused(&self, key: usize, stage: Stage) -> bool {
        let pending = self.nodes[key].supervised.pending.is_some();
        pending && matches!(stage, Stage::Run | Stage::Task)
    }

    pub(super) fn end_run(&mut self, now: Moment, key: usize) -> Result<(), String> {
        let going = self.must_go(key);
        let limit = self.case.components[key].policy.stop_timeout;
        let node = &mut self.nodes[key];
        let fine = matches!(node.at, At::Up | At::Warming) && !going;
        if !(fine && std::mem::take(&mut node.supervised.to_recall)) {
            return Err("its work is ended without a reason".into());
        }
        node.at = At::Recalling;
        (node.aborted, node.last_call, node.finished) = (None, None, false);
        node.deadline = Some(now + limit);
        Ok(())
    }

    pub(super) fn clean_run(&mut self, now: Moment, key: usize) -> Result<(), String> {
        let node = &mut self.nodes[key];
        if node.at != At::Recalling || !std::mem::take(&mut node.supervised.to_tidy) {
            return Err("its run is cleaned up while it goes on".into());
        }
        self.step_to(now, key, At::Tidying);
        Ok(())
    }

    /// No task is alive after its work was ended, or cleaned up.
    pub(super) fn idle_between(&mut self, now: Moment, key: usize) {
        let going = self.must_go(key);
        let node = &mut self.nodes[key];
        let overstayed = node.aborted.is_some();
        match node.at {
            At::Recalling if !going => node.supervised.to_tidy = true,
            At::Tidying if !going && !overstayed => node.supervised.to_wait = true,
            At::Recalling | At::Tidying => {
                node.at = At::Waiting;
                (node.aborted, node.deadline) = (None, None);
                node.supervised.rerun_at = Some(now);
                let (stage, kind) = (Stage::Cleanup, FailureKind::Timeout);
                self.fails(key, (!going).then_some(Failure { stage, kind }));
            }
            _ => {}
        }
    }

    /// The wait before the next run or the rebuilding begins.
    pub(super) fn restarting(
        &mut self,
        now: Moment,
        key: usize,
        after: Duration,
        restarts: u32,
    ) -> Result<(), String> {
        self.lift(key);
        let going = self.must_go(key);
        let node = &mut self.nodes[key];
        let it = &mut node.supervised;
        if it.pending.is_none_or(|most| after > most) {
            return Err("a backoff above its ceiling".into());
        }
        if restarts != it.counted {
            return Err(format!("{} restarts count, not {restarts}", it.counted));
        }
        match node.at {
            At::Tidying if it.to_wait => {
                it.to_wait = false;
                it.rerun_at = Some(now + after);
                node.at = At::Waiting;
            }
            At::Cleaning if !going => {
                it.pending = None;
                it.rebuilding = true;
                node.at = At::Down;
                node.attempt = 0;
                node.again = None;
                node.retry_at = Some((now + after, now + after));
                node.down_at = Some(now);
                node.been_up = false;
            }
            at => return Err(format!("waits to restart as {at:?}")),
        }
        (node.aborted, node.deadline) = (None, None);
        Ok(())
    }

    /// The mark of a component that is down is lifted.
    pub(super) fn lift(&mut self, key: usize) {
        let node = &mut self.nodes[key];
        if node.at == At::Cleaning || node.given_up {
            node.recycling = false;
            self.mark_lost();
        }
    }

    pub(super) fn rerun(&mut self, now: Moment, key: usize) -> Result<(), String> {
        let going = self.must_go(key);
        let policy = &self.case.components[key].policy;
        let node = &mut self.nodes[key];
        if going || node.supervised.rerun_at.is_none_or(|at| now < at) {
            return Err("run again too early, or although it must go".into());
        }
        node.supervised.pending = None;
        node.supervised.rerun_at = None;
        if policy.ready == Ready::Explicit {
            node.at = At::Warming;
            node.deadline = Some(now + policy.start_timeout);
        } else {
            self.come_up(now, key);
        }
        Ok(())
    }
}
