//! What an input means for the component that it is about.

use lifecycle::engine::{Ending, Failure, FailureKind, Input, Moment, Phase};
use lifecycle::plan::{Ready, Stage};

use super::{At, Cue, Model};

impl Model<'_> {
    pub(crate) fn input(&mut self, now: Moment, input: Input) {
        self.cue = Cue::default();
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
            }
            Input::Tick => {}
            Input::Ready(key) => {
                if self.nodes[key as usize].at == At::Warming {
                    self.come_up(now, key as usize);
                }
            }
            Input::Extend(key, by) => self.extend(now, key as usize, by),
            Input::Shutdown => self.cue.shutdown = true,
            Input::ExitCode(code) => self.wanted = code,
            Input::Signal(signal) => {
                self.cue.answer = Some(self.answer(signal));
                self.signals.push(signal);
                self.cue.signal = Some(signal);
            }
        }
    }

    fn ended(&mut self, now: Moment, key: usize, stage: Stage, ending: Ending) {
        let going = self.must_go(key);
        let component = &self.case.components[key];
        let retries = component.policy.retry;
        let node = &mut self.nodes[key];
        let kind = match ending {
            Ending::Error => Some(FailureKind::Error),
            Ending::Panic => Some(FailureKind::Panic),
            Ending::Cancelled if node.late && matches!(stage, Stage::Load | Stage::Start) => {
                Some(FailureKind::Timeout)
            }
            Ending::Ok if node.late && stage == Stage::Start => Some(FailureKind::Timeout),
            Ending::Ok | Ending::Cancelled => None,
        };
        let failure = kind.map(|kind| Failure { stage, kind });
        match (stage, node.at) {
            (Stage::Load, At::Loading) => {
                node.at = At::Down;
                (node.deadline, node.aborted, node.late) = (None, None, false);
                self.fails(key, failure);
            }
            (Stage::Start, At::Starting) => {
                let late = node.late;
                (node.aborted, node.late) = (None, false);
                node.whole = ending == Ending::Ok;
                node.succeeded += u32::from(node.whole);
                if node.whole && !late {
                    node.again = None;
                    node.to_run = component.code.run.is_some() && !going;
                    let explicit = component.policy.ready == Ready::Explicit;
                    if component.code.run.is_some() && explicit && !going {
                        node.at = At::Warming;
                    } else {
                        self.come_up(now, key);
                    }
                } else {
                    node.at = At::Failing;
                    let last = node.attempt > retries || going;
                    node.again = failure.filter(|_| !last);
                    self.fails(key, failure.filter(|_| last));
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
            (Stage::Run, At::Up) if ending == Ending::Ok => {
                node.finished = true;
                self.cue.finished = Some(key);
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

    fn come_up(&mut self, now: Moment, key: usize) {
        let node = &mut self.nodes[key];
        node.at = At::Up;
        node.attempt = 0;
        node.told = false;
        node.up_at = Some(now);
        node.deadline = None;
    }
}
