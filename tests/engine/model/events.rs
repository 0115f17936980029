//! Which events the rules allow, and what follows from them.

use super::{
    Answer, At, Cause, Change, Duration, Failure, FailureKind, Force, Kind, Model, Moment, Phase,
    Signal, What, deadlines, name,
};
use lifecycle::engine::SecondSigterm;
use lifecycle::plan::OnFinish;

impl Model<'_> {
    pub(super) fn event(&mut self, now: Moment, what: What) -> Result<(), String> {
        match what {
            What::Phase(phase) => self.turn(now, phase),
            What::Shutdown(cause) => self.begin_shutdown(now, cause),
            What::Ignored(signal) => {
                self.cue.answered = Some(Answer::Ignore);
                let fine = self.cue.signal == Some(signal) && !self.is_rising();
                if fine {
                    Ok(())
                } else {
                    Err("a signal was ignored that begins a shutdown".into())
                }
            }
            What::Forced(force) => self.begin_force(now, force),
            What::Component(key, change) => {
                let key = key as usize;
                self.change(now, key, change)
                    .map_err(|what| format!("{}: {what}", name(key)))
            }
            _ => Ok(()),
        }
    }

    fn turn(&mut self, now: Moment, phase: Phase) -> Result<(), String> {
        if phase <= self.phase {
            return Err("the phases run backwards".into());
        }
        let limits = &self.case.limits;
        let from = std::mem::replace(&mut self.phase, phase);
        let any = |at: &dyn Fn(At) -> bool| self.nodes.iter().any(|node| at(node.at));
        let fine = match phase {
            Phase::New => false,
            Phase::Loading => from == Phase::New,
            Phase::Starting => {
                let fine = from == Phase::Loading && !any(&|at| at == At::Loading);
                self.ask_early(now);
                fine
            }
            Phase::Running => {
                (0..self.nodes.len()).all(|key| self.nodes[key].at == At::Up || self.is_lost(key))
            }
            Phase::Draining => {
                let interrupt =
                    matches!(self.shutdown, Some((_, Cause::Signal(Signal::Interrupt))));
                from == Phase::Running && !interrupt && !limits.drain_delay.is_zero()
            }
            Phase::Stopping => {
                self.open_window(now);
                let begin = self.shutdown.map(|(at, _)| at);
                let cut = self.cue.signal == Some(Signal::Interrupt) || self.forced.is_some();
                let interrupt =
                    matches!(self.shutdown, Some((_, Cause::Signal(Signal::Interrupt))));
                if from == Phase::Draining && self.cue.answer == Some(Answer::EndDrain) {
                    self.cue.answered = Some(Answer::EndDrain);
                }
                match from {
                    Phase::Draining => {
                        begin.is_some_and(|at| now == at + limits.drain_delay) || cut
                    }
                    Phase::Running => {
                        begin == Some(now) && (limits.drain_delay.is_zero() || interrupt)
                    }
                    _ => begin == Some(now),
                }
            }
            Phase::Cleaning => {
                from == Phase::Stopping && !any(&|at| at.is_live() || at == At::Loading)
            }
            Phase::Ended => from == Phase::Cleaning && self.may_end(),
            _ => false,
        };
        if fine {
            Ok(())
        } else {
            Err(format!("{from} became {phase} at the wrong time"))
        }
    }

    /// Whether `main` has to go although nobody asked for that.
    pub(super) fn main_lost(&self) -> bool {
        let is_main = |key: &usize| self.case.components[*key].kind == Kind::Main;
        let mut main = (0..self.nodes.len()).filter(is_main);
        main.any(|key| self.is_lost(key) && !self.nodes[key].finished)
    }

    fn begin_shutdown(&mut self, now: Moment, cause: Cause) -> Result<(), String> {
        let services =
            || (0..self.nodes.len()).filter(|key| self.case.components[*key].kind == Kind::Service);
        let over = services().all(|key| self.nodes[key].finished || self.is_lost(key))
            && services().count() > 0;
        let over = over && services().all(|key| self.nodes[key].wanted);
        let all_finished =
            services().all(|key| self.nodes[key].finished && !self.nodes[key].failed);
        let policy = |key: u32| self.case.components[key as usize].policy;
        let finished = |key: u32| self.cue.finished == Some(key as usize);
        let lost_required =
            |key: u32| self.nodes[key as usize].failed && self.nodes[key as usize].missed;
        let was_up = |key: u32| self.nodes[key as usize].been_up;
        let loading = self.phase == Phase::Loading;
        let waiting = (0..self.nodes.len()).any(|key| loading && lost_required(key as u32));
        let fine = match cause {
            cause if waiting && !matches!(cause, Cause::LoadFailed(_)) => false,
            Cause::Signal(signal) => self.cue.signal == Some(signal),
            Cause::Requested => self.cue.shutdown,
            Cause::MainReturned => self
                .cue
                .finished
                .is_some_and(|key| self.case.components[key].kind == Kind::Main),
            Cause::Finished(key) => finished(key) && policy(key).on_finish == OnFinish::Shutdown,
            Cause::AllFinished => over && all_finished,
            Cause::NoneLeft => over && !all_finished,
            Cause::MainLost => self.main_lost(),
            Cause::LoadFailed(key) => {
                let over = self.nodes.iter().all(|node| node.at != At::Loading);
                let cut = self.cue.shutdown || self.cue.signal.is_some() || self.budget_spent(now);
                lost_required(key) && (over || cut)
            }
            Cause::StartFailed(key, _) | Cause::Failed(key, _)
                if self.nodes[key as usize].degraded =>
            {
                false
            }
            Cause::StartFailed(key, _) => lost_required(key) && !was_up(key),
            Cause::Failed(key, _) => lost_required(key) && was_up(key),
            Cause::StartBudget => {
                let coming = |key: &usize| self.nodes[*key].at != At::Up && !self.is_lost(*key);
                let mut needed = (0..self.nodes.len()).filter(|key| self.required[*key]);
                self.budget_spent(now) && (loading || needed.any(|key| coming(&key)))
            }
            _ => false,
        };
        if !fine || !self.is_rising() {
            return Err("a shutdown without that cause".into());
        }
        if let Cause::Signal(_) | Cause::LoadFailed(_) = cause {
            self.cue.answered = self.cue.signal.map(|_| Answer::ShutDown);
        }
        self.shutdown = Some((now, cause));
        self.mark_lost();
        Ok(())
    }

    fn begin_force(&mut self, now: Moment, force: Force) -> Result<(), String> {
        let Some((begin, _)) = self.shutdown else {
            return Err("forced before a shutdown".into());
        };
        let may = |signal| {
            signal == Signal::Interrupt || self.case.limits.second_sigterm == SecondSigterm::Force
        };
        let fine = match force {
            Force::Signal(signal) => {
                self.cue.signal == Some(signal) && self.signals.len() > 1 && may(signal)
            }
            Force::Timeout => now == begin + self.case.limits.shutdown_timeout,
            _ => false,
        };
        self.forced = Some((now, force));
        self.nodes.iter_mut().for_each(|node| node.deadline = None);
        if let Force::Signal(_) = force {
            self.cue.answered = Some(Answer::Force);
        }
        if fine {
            Ok(())
        } else {
            Err("forced without a reason".into())
        }
    }

    fn change(&mut self, now: Moment, key: usize, change: Change) -> Result<(), String> {
        match change {
            Change::Failed(failure) => self.failed(now, key, failure),
            Change::Problem(failure) => {
                if self.cue.may_fail != Some((key, failure)) {
                    return Err("a problem that nobody had".into());
                }
                if self.required[key] && !self.excused(key, failure.stage) {
                    self.tally.count(failure.kind);
                }
                Ok(())
            }
            Change::Crashed(failure) => self.crashed(now, key, failure),
            Change::Restarting { after, restarts } => self.restarting(now, key, after, restarts),
            Change::Overstayed(_) => {
                let node = &self.nodes[key];
                let overdue = node
                    .deadline
                    .is_some_and(|at| now + deadlines::TOLERANCE >= at);
                let forced = self.forced == Some((now, Force::Timeout));
                let work = matches!(node.at, At::Quiescing | At::Recalling);
                let excused = work && node.supervised.pending.is_some();
                let ending =
                    node.at.is_stopping() || matches!(node.at, At::Recalling | At::Tidying);
                if !ending || !(overdue || forced) {
                    return Err(format!("overstayed before {:?}", node.deadline));
                }
                self.tally.overstayed |= !excused || forced;
                Ok(())
            }
            Change::Finished if self.cue.finished != Some(key) => {
                Err("finished without having ended".into())
            }
            Change::Up if self.nodes[key].at == At::Up && !self.nodes[key].told => {
                self.nodes[key].told = true;
                Ok(())
            }
            Change::Up => Err("up without having started".into()),
            Change::Down => self.went_down(now, key),
            Change::Retrying { after } => self.retrying(now, key, after),
            Change::Disabled | Change::Enabled => {
                let disabled = change == Change::Disabled;
                match std::mem::replace(&mut self.nodes[key].told_disabled, disabled) {
                    before if before == disabled => Err("disabled or enabled twice".into()),
                    _ => Ok(()),
                }
            }
            _ => Ok(()),
        }
    }

    fn failed(&mut self, now: Moment, key: usize, failure: Failure) -> Result<(), String> {
        let node = &self.nodes[key];
        // At the end of the budget a failure that was to be tried again is the last word.
        let timeout = node.again.is_none() && failure.kind == FailureKind::Timeout;
        let spent = self.budget_spent(now) && node.at != At::Up;
        let late = spent && (timeout || node.again == Some(failure));
        if node.failed || !(late || self.fails_now(now, key, failure)) {
            return Err("failed without a reason, or twice".into());
        }
        let finished = failure.kind == FailureKind::Finished;
        let works = matches!(node.at, At::Warming | At::Up) && !self.must_go(key);
        if works && !late && self.may_restart(now, key, finished) {
            return Err("failed for good although it may be restarted".into());
        }
        let degrades = self.degrades(key) && self.is_rising();
        if self.required[key] && (!self.is_rising() || degrades) {
            self.tally.count(failure.kind);
        }
        self.nodes[key].degraded = degrades;
        self.nodes[key].missed = self.required[key];
        self.nodes[key].failed = true;
        self.mark_lost();
        Ok(())
    }

    fn went_down(&mut self, now: Moment, key: usize) -> Result<(), String> {
        self.lift(key);
        let must_go = self.must_go(key);
        let unmet = self
            .case
            .ordered(key)
            .any(|(to, _)| self.nodes[to].at != At::Up);
        let node = &mut self.nodes[key];
        let due = node.retry_at.is_none_or(|(at, _)| now >= at);
        match node.at {
            At::Cleaning
                if (node.again.is_some() || node.supervised.pending.is_some()) && !must_go =>
            {
                return Err("not tried again".into());
            }
            At::Cleaning => {}
            At::Down if must_go || due && unmet => {}
            _ => return Err(format!("down as {:?}", node.at)),
        }
        if must_go || node.at == At::Cleaning {
            node.attempt = 0;
            node.again = None;
            node.supervised.pending = None;
            node.supervised.rebuilding = false;
        }
        node.at = At::Down;
        node.retry_at = None;
        node.been_up = false;
        node.deadline = None;
        node.down_at = Some(now);
        Ok(())
    }

    fn retrying(&mut self, now: Moment, key: usize, after: Duration) -> Result<(), String> {
        self.lift(key);
        let must_go = self.must_go(key);
        let backoff = self.case.components[key].policy.backoff;
        let node = &mut self.nodes[key];
        let doubled = (1..node.attempt).fold(backoff.min, |wait, _| wait * 2);
        if after > doubled.min(backoff.max) {
            return Err("a backoff above its ceiling".into());
        }
        if node.at != At::Cleaning || node.again.is_none() || must_go {
            return Err("tried again without a reason".into());
        }
        node.at = At::Down;
        node.deadline = None;
        node.down_at = Some(now);
        node.retry_at = Some((now + after, now + after));
        Ok(())
    }
}
