//! Which commands the rules allow.

use lifecycle::engine::{
    ABORT_GRACE, Command, Failure, FailureKind, Key, LAST_CALL, Moment, Phase, Signal,
};
use lifecycle::plan::{EdgeKind, Stage};

use super::{Answer, At, Model};
use crate::case::name;

fn unless(fine: bool, what: &str, key: usize) -> Result<(), String> {
    if fine {
        Ok(())
    } else {
        Err(format!("{}: {what}", name(key)))
    }
}

impl Model<'_> {
    pub(super) fn command(&mut self, now: Moment, command: Command) -> Result<(), String> {
        match command {
            Command::Load(key) => self.load(now, key as usize),
            Command::Start(key) => self.start(now, key as usize),
            Command::Run(key) => self.run(now, key as usize),
            Command::EndRun(key) => self
                .end_run(now, key as usize)
                .map_err(|what| format!("{}: {what}", name(key as usize))),
            Command::CleanRun(key) => self
                .clean_run(now, key as usize)
                .map_err(|what| format!("{}: {what}", name(key as usize))),
            Command::Quiesce { node, drain } => self.quiesce(now, node as usize, drain),
            Command::Stop(key) => self.stop(now, key as usize),
            Command::Cleanup(key) => self.cleanup(now, key as usize),
            Command::Hurry(key) => self.hurry(now, key as usize),
            Command::Abort(key) => self.abort(now, key as usize),
            Command::GiveUp(key) => self.give_up(now, key),
            Command::CleanUpApp => self.clean_up_app(now),
            Command::GiveUpCleanups => self.give_up_cleanups(now),
            Command::Finish => self.finish(),
            Command::Exit(code) => self.exit(code),
            _ => Err("a command of an unknown kind".into()),
        }
    }

    fn load(&mut self, now: Moment, key: usize) -> Result<(), String> {
        let fine = self.phase == Phase::Loading && self.nodes[key].at == At::Down;
        unless(fine, "loaded at the wrong time", key)?;
        self.nodes[key].at = At::Loading;
        self.nodes[key].deadline = Some(now + self.case.components[key].policy.start_timeout);
        Ok(())
    }

    fn start(&mut self, now: Moment, key: usize) -> Result<(), String> {
        let node = &self.nodes[key];
        unless(node.at == At::Down, "two starts at once", key)?;
        unless(self.window.is_none(), "a start in a shutdown", key)?;
        unless(!self.must_go(key), "a start of what must go", key)?;
        unless(
            matches!(
                self.phase,
                Phase::Starting | Phase::Running | Phase::Draining
            ),
            "a start before the start",
            key,
        )?;
        for (to, kind) in self.case.ordered(key) {
            let hopeless = kind == EdgeKind::Optional && self.is_lost(to);
            unless(
                self.nodes[to].at == At::Up || hopeless,
                &format!("I1: started before {}", name(to)),
                key,
            )?;
        }
        let policy = &self.case.components[key].policy;
        unless(
            node.attempt <= policy.retry,
            "more attempts than there may be",
            key,
        )?;
        if let Some((from, to)) = node.retry_at {
            let capped = self.case.limits.max_concurrent_starts != usize::MAX;
            unless(
                now >= from && (capped || now <= to),
                "another backoff than it said",
                key,
            )?;
        }
        let node = &mut self.nodes[key];
        node.at = At::Starting;
        node.attempt += 1;
        node.started += 1;
        node.retry_at = None;
        node.again = None;
        (node.aborted, node.last_call) = (None, None);
        (node.finished, node.been_up, node.told) = (false, false, false);
        node.deadline = Some(now + policy.start_timeout);
        Ok(())
    }

    fn run(&mut self, now: Moment, key: usize) -> Result<(), String> {
        if self.nodes[key].at == At::Waiting {
            return self
                .rerun(now, key)
                .map_err(|what| format!("{}: {what}", name(key)));
        }
        let fine = matches!(self.nodes[key].at, At::Up | At::Warming)
            && self.nodes[key].to_run
            && !self.must_go(key);
        self.nodes[key].to_run = false;
        unless(
            fine && self.case.components[key].code.run.is_some(),
            "a run loop that nobody wants",
            key,
        )
    }

    fn quiesce(&mut self, now: Moment, key: usize, drain: bool) -> Result<(), String> {
        let node = &self.nodes[key];
        unless(
            matches!(
                node.at,
                At::Failing | At::Warming | At::Up | At::Recalling | At::Tidying | At::Waiting
            ),
            "asked to end twice",
            key,
        )?;
        if node.at != At::Failing {
            unless(self.must_go(key), "stopped without a reason", key)?;
            for &(from, kind) in &self.dependents[key] {
                let waits = kind == EdgeKind::Hard || self.must_go(from);
                let live = self.nodes[from].at.is_live();
                unless(
                    !(waits && live),
                    &format!("I2: stopped before {}", name(from)),
                    key,
                )?;
            }
        }
        unless(drain == (node.whole && self.forced.is_none()), "drain", key)?;
        let limit = now + self.case.components[key].policy.stop_timeout;
        let deadline = self.clamp(now, key, limit);
        let deadline = self.forced.is_none().then_some(deadline);
        self.step_to(now, key, At::Quiescing);
        let rebuilt = self.nodes[key].recycling && !self.is_hopeless(key);
        let going = self.must_go(key);
        let it = &mut self.nodes[key].supervised;
        (it.to_tidy, it.to_wait, it.rerun_at) = (false, false, None);
        it.pending = it.pending.filter(|_| rebuilt || !going);
        self.nodes[key].last_call = None;
        self.nodes[key].hurried = false;
        self.nodes[key].deadline = deadline;
        Ok(())
    }

    pub(super) fn step_to(&mut self, now: Moment, key: usize, at: At) {
        let node = &mut self.nodes[key];
        node.at = at;
        node.aborted = None;
        if self.forced.is_some() {
            node.deadline = None;
        } else if let Some(at) = node.last_call {
            node.deadline = Some(at.max(now + ABORT_GRACE));
        }
    }

    fn stop(&mut self, now: Moment, key: usize) -> Result<(), String> {
        let node = &self.nodes[key];
        unless(node.at == At::Quiescing, "I3: a stop out of turn", key)?;
        unless(node.whole, "I3: a stop of what did not start", key)?;
        unless(self.forced.is_none(), "a stop after force", key)?;
        self.step_to(now, key, At::Stopping);
        self.nodes[key].whole = false;
        self.nodes[key].stops += 1;
        Ok(())
    }

    fn cleanup(&mut self, now: Moment, key: usize) -> Result<(), String> {
        let node = &self.nodes[key];
        unless(
            matches!(node.at, At::Quiescing | At::Stopping),
            "I3: a cleanup out of turn",
            key,
        )?;
        unless(
            !node.whole || self.forced.is_some(),
            "I3: cleaned up without a stop",
            key,
        )?;
        self.step_to(now, key, At::Cleaning);
        self.nodes[key].whole = false;
        self.nodes[key].cleanups += 1;
        Ok(())
    }

    /// After a cleanup that overstayed, the others run, once.
    fn hurry(&mut self, now: Moment, key: usize) -> Result<(), String> {
        unless(self.may_hurry(key), "hurried without a reason", key)?;
        self.step_to(now, key, At::Cleaning);
        self.nodes[key].hurried = true;
        Ok(())
    }

    pub(super) fn may_hurry(&self, key: usize) -> bool {
        let node = &self.nodes[key];
        let overstayed = node.at == At::Cleaning && node.aborted.is_some();
        overstayed && !node.hurried && self.forced.is_none()
    }

    fn abort(&mut self, now: Moment, key: usize) -> Result<(), String> {
        let node = &self.nodes[key];
        let overdue = node
            .deadline
            .is_some_and(|at| now + super::deadlines::TOLERANCE >= at);
        let over = self.forced.is_some_and(|(at, _)| now >= at);
        let fine = match node.at {
            At::Loading | At::Starting => {
                overdue || self.must_go(key) || self.budget_spent(now) || over
            }
            At::Warming | At::Up | At::Waiting => over,
            At::Recalling | At::Tidying | At::Quiescing | At::Stopping | At::Cleaning => {
                overdue || over
            }
            At::Down | At::Failing | At::GivenUp => false,
        };
        unless(fine, "aborted without a reason", key)?;
        unless(node.aborted.is_none(), "aborted twice", key)?;
        let in_start = matches!(node.at, At::Loading | At::Starting);
        let late = in_start && (self.budget_spent(now) || overdue);
        let unsure = late
            && if node.at == At::Loading {
                self.window.is_some()
            } else {
                self.must_go(key)
            };
        let forced = self.forced.is_some();
        let node = &mut self.nodes[key];
        node.late = late;
        node.unsure = unsure;
        node.aborted = Some(now);
        let ending = node.at.is_stopping() || matches!(node.at, At::Recalling | At::Tidying);
        if ending && !forced {
            node.last_call.get_or_insert(now + LAST_CALL);
        }
        Ok(())
    }

    fn give_up(&mut self, now: Moment, key: Key) -> Result<(), String> {
        let key = key as usize;
        let node = &self.nodes[key];
        let aborted = node.aborted.is_some_and(|at| now >= at + ABORT_GRACE);
        let over = self.cue.answered == Some(Answer::Exit)
            || self.forced.is_some_and(|(at, _)| now >= at + LAST_CALL);
        unless(
            node.at.is_live() || node.at == At::Loading,
            "given up although nothing of it is alive",
            key,
        )?;
        unless(
            node.aborted.is_some(),
            "given up before it was aborted",
            key,
        )?;
        unless(aborted || over, "given up too early", key)?;
        let stage = match node.at {
            At::Loading => Stage::Load,
            At::Starting => Stage::Start,
            At::Stopping => Stage::Stop,
            At::Cleaning | At::Tidying => Stage::Cleanup,
            _ => Stage::Run,
        };
        let late = node.late && matches!(node.at, At::Loading | At::Starting);
        let hopeful = !self.is_hopeless(key) && node.at != At::Loading;
        if late || hopeful {
            let kind = FailureKind::Timeout;
            self.fails(key, Some(Failure { stage, kind }));
        }
        let node = &mut self.nodes[key];
        node.supervised.stuck = matches!(node.at, At::Recalling | At::Tidying);
        node.unloaded |= node.at == At::Loading;
        node.at = At::GivenUp;
        node.recycling = false;
        node.given_up = true;
        node.deadline = None;
        self.tally.overstayed = true;
        self.mark_lost();
        Ok(())
    }

    fn finish(&mut self) -> Result<(), String> {
        let alive =
            |key: &usize| self.nodes[*key].at.is_live() || self.nodes[*key].at == At::Loading;
        match (0..self.nodes.len()).find(alive) {
            Some(key) => Err(format!("the end before {} is down", name(key))),
            None if self.phase != Phase::Ended => Err("the end in the wrong phase".into()),
            None => {
                self.told_to_finish = true;
                Ok(())
            }
        }
    }

    fn exit(&mut self, code: u8) -> Result<(), String> {
        let expected = match self.signals.last() {
            Some(Signal::Interrupt) => 130,
            Some(Signal::Terminate) => 143,
            _ => return Err("left the process without a signal".into()),
        };
        // The stop was cut short before, by a second signal or by the time; this one is one more.
        if self.signals.len() < 2 || self.forced.is_none() || code != expected {
            return Err("left the process too early, or with another code".into());
        }
        self.cue.answered = Some(Answer::Exit);
        Ok(())
    }
}
