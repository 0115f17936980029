//! What an input means for the component that it is about.

use lifecycle::engine::{Ending, Failure, FailureKind, Input, Moment, Phase};
use lifecycle::plan::{Kind, Ready, Restart, Stage};

use super::{At, Model};

impl Model<'_> {
    pub(crate) fn input(&mut self, now: Moment, input: Input) {
        self.begin_step();
        if let Input::Ask(op, request) = input {
            self.ask(now, op, request);
        }
        if self.phase == Phase::Ended {
            return;
        }
        match input {
            Input::Begin | Input::Check => {
                self.start_deadline = Some(now + self.case.limits.start_budget);
            }
            Input::Ended(key, stage, ending) => self.ended(now, key as usize, stage, ending),
            Input::Idle(key) => {
                let key = key as usize;
                let last = self.nodes[key].at == At::Cleaning && !self.may_hurry(key);
                self.cue.done = last.then_some(key);
                self.cue.hurry = self.may_hurry(key).then_some(key);
                self.idle_between(now, key);
            }
            Input::Beat(key) => {
                let node = &mut self.nodes[key as usize];
                let every = self.case.components[key as usize].policy.heartbeat;
                if let (At::Up, Some(every), Some(_)) = (node.at, every, node.deadline) {
                    node.deadline = Some(now + every);
                }
            }
            Input::Ready(key) if self.nodes[key as usize].at == At::Warming => {
                self.come_up(now, key as usize);
            }
            Input::Extend(key, by) => self.extend(now, key as usize, by),
            Input::AppCleanupEnded(ending) => self.app_cleanup_ended(ending),
            Input::AppCleaned => self.app_cleaned(),
            Input::Shutdown => self.cue.shutdown = true,
            Input::ExitCode(code) => self.wanted = code,
            Input::Signal(signal) => {
                self.cue.answer = Some(self.answer(signal));
                self.signals.push(signal);
                self.cue.signal = Some(signal);
            }
            _ => {}
        }
    }

    fn ended(&mut self, now: Moment, key: usize, stage: Stage, ending: Ending) {
        let node = &self.nodes[key];
        // One that was cancelled and may stay after all has to be started anew.
        let cancelled = node.at == At::Starting && node.aborted.is_some() && !node.late;
        let going = self.must_go(key) || cancelled;
        let component = &self.case.components[key];
        let retries = component.policy.retry;
        let lost = self.is_hopeless(key);
        let again = going || !self.nodes[key].supervised.rebuilding;
        let again = !again && self.may_restart(now, key, false);
        let node = &self.nodes[key];
        let kind = match ending {
            Ending::Error | Ending::RestartNow => Some(FailureKind::Error),
            Ending::Panic => Some(FailureKind::Panic),
            Ending::Cancelled if node.late && matches!(stage, Stage::Load | Stage::Start) => {
                Some(FailureKind::Timeout)
            }
            Ending::Ok if node.late && stage == Stage::Start => Some(FailureKind::Timeout),
            _ => None,
        };
        self.cue.at_once = ending == Ending::RestartNow;
        let node = &mut self.nodes[key];
        let failure = kind.map(|kind| Failure { stage, kind });
        match (stage, node.at) {
            (Stage::Load, At::Loading) => {
                node.at = At::Down;
                (node.deadline, node.aborted, node.late) = (None, None, false);
                node.unloaded = failure.is_some();
                self.fails(key, failure);
            }
            (Stage::Start, At::Starting) => {
                // Where either may be the reason, one that succeeded all the same waits for its turn to stop.
                let either = node.unsure && ending == Ending::Ok;
                let late = node.late && !either;
                if either {
                    self.cue.may_fail = failure.map(|failure| (key, failure));
                }
                (node.aborted, node.late) = (None, false);
                node.whole = ending == Ending::Ok;
                node.succeeded += u32::from(node.whole);
                if node.whole && !late {
                    node.again = None;
                    node.to_run = component.code.run.is_some() && !going;
                    let explicit = component.policy.ready == Ready::Explicit;
                    node.recycling |= going;
                    if component.code.run.is_some() && explicit && !going {
                        node.at = At::Warming;
                    } else {
                        self.mark_lost();
                        self.come_up(now, key);
                    }
                } else {
                    node.at = At::Failing;
                    let rebuilding = node.supervised.rebuilding && !going;
                    let last = if rebuilding {
                        !again
                    } else {
                        node.attempt > retries
                    };
                    node.again = failure.filter(|_| !last && !going && !rebuilding);
                    if failure.is_some() && again {
                        self.decide(now, key, false);
                    } else if going && !lost {
                        self.cue.may_fail = failure.map(|failure| (key, failure));
                    } else {
                        self.fails(key, failure.filter(|_| last || going));
                    }
                }
            }
            (Stage::Load | Stage::Start, _) => {}
            (_, At::Starting | At::Warming | At::Up) if failure.is_some() && !going => {
                self.fails(key, failure)
            }
            (Stage::Run, At::Warming) if ending == Ending::Ok && !going => {
                self.fails(
                    key,
                    Some(Failure {
                        stage,
                        kind: FailureKind::Unready,
                    }),
                );
            }
            (Stage::Run, At::Up) if ending == Ending::Ok && !node.finished => {
                let always = component.policy.restart == Restart::Always;
                if !always || going || component.kind == Kind::Main {
                    node.finished = true;
                    node.deadline = node.deadline.filter(|_| going);
                    self.cue.finished = Some(key);
                } else if self.may_restart(now, key, true) {
                    self.crash(now, key, false);
                } else {
                    let kind = FailureKind::Finished;
                    self.fails(key, Some(Failure { stage, kind }));
                }
            }
            _ => self.cue.may_fail = failure.map(|failure| (key, failure)),
        }
    }

    pub(super) fn fails(&mut self, key: usize, failure: Option<Failure>) {
        if let Some(failure) = failure {
            self.cue.may_fail = Some((key, failure));
            let unsure = self.nodes[key].unsure && failure.kind == FailureKind::Timeout;
            self.cue.must_fail = (!unsure).then_some(key);
        }
    }

    pub(super) fn come_up(&mut self, now: Moment, key: usize) {
        let going = self.must_go(key);
        let heartbeat = self.case.components[key].policy.heartbeat;
        let node = &mut self.nodes[key];
        node.at = At::Up;
        node.attempt = 0;
        node.told = false;
        node.up_at = Some(now);
        node.deadline = heartbeat.filter(|_| !going).map(|every| now + every);
        if !going {
            node.been_up = true;
            node.supervised.rebuilding = false;
            node.supervised.well_since = Some(now);
        }
    }
}
