//! The app as a whole: phases, shutdown, signals, force.

use super::input::{Key, Signal};
use super::node::{Node, State};
use super::output::{Change, Command, Force, What};
use super::{
    ABORT_GRACE, Cause, Engine, Failure, FailureKind, LAST_CALL, Phase, SecondSigterm, exit,
};
use crate::plan::{Kind, Stage};

impl Engine {
    /// Begins the end, for the first cause that is given.
    pub(super) fn shut_down(&mut self, cause: Cause) {
        if !self.is_rising() {
            return;
        }
        // A load failure that waits for the other load hooks came before whatever ends that wait.
        let cause = self.load_failed.map_or(cause, Cause::LoadFailed);
        self.cause = Some(cause);
        self.event(What::Shutdown(cause));
        self.refuse_operations();
        self.timers.start = None;
        self.timers.total = self
            .timers
            .at(self.now.saturating_add(self.limits.shutdown_timeout));
        let patient = self.phase == Phase::Running && cause != Cause::Signal(Signal::Interrupt);
        if patient && !self.limits.drain_delay.is_zero() {
            self.enter(Phase::Draining);
            self.timers.drain = self
                .timers
                .at(self.now.saturating_add(self.limits.drain_delay));
        } else {
            self.stop_all();
        }
    }

    /// Wants nothing any more.
    pub(super) fn stop_all(&mut self) {
        self.timers.drain = None;
        self.enter(Phase::Stopping);
        let end = self.timers.total.unwrap_or(self.now);
        self.budget.begin(self.now, end);
        for key in self.keys().rev() {
            if self.nodes[key as usize].state == State::Loading && !self.nodes[key as usize].aborted
            {
                self.cancel_start(key);
            }
            self.refit(key);
            self.set_wanted(key, false);
        }
    }

    /// Enters the phase that the sums over all components call for.
    pub(super) fn turn_phase(&mut self) {
        if self.phase == Phase::Starting && self.coming == 0 {
            self.timers.start = None;
            self.enter(Phase::Running);
        }
        if matches!(self.phase, Phase::Starting | Phase::Running)
            && let Some(cause) = self.main_lost().or_else(|| self.services_over())
        {
            self.shut_down(cause);
            return self.settle();
        }
        if self.phase == Phase::Stopping && self.live == 0 && self.loading == 0 {
            self.clean_up_app();
        }
    }

    pub(super) fn end(&mut self) {
        self.timers = super::Timers::default();
        self.enter(Phase::Ended);
        self.command(Command::Finish);
    }

    pub(super) fn signal(&mut self, signal: Signal) {
        self.signals += 1;
        if self.is_rising() {
            return self.shut_down(Cause::Signal(signal));
        }
        let forces = match signal {
            Signal::Interrupt => true,
            Signal::Terminate => self.limits.second_sigterm == SecondSigterm::Force,
        };
        match (self.signals, self.forced) {
            // The first signal of a shutdown that began by itself asks for what is already happening.
            (1, _) if self.phase == Phase::Draining && signal == Signal::Interrupt => {
                self.stop_all()
            }
            (2.., None) if forces => self.force(Force::Signal(signal)),
            // The process leaves at once; where there is none to leave, the app does.
            (2.., Some(_)) if forces => {
                self.command(Command::Exit(match signal {
                    Signal::Interrupt => exit::FORCED_BY_INTERRUPT,
                    Signal::Terminate => exit::FORCED_BY_TERMINATE,
                }));
                self.give_up_all();
            }
            (_, _) => self.event(What::Ignored(signal)),
        }
    }

    /// Aborts all that is alive; cleanups still run, in order, and all has to be over soon.
    pub(super) fn force(&mut self, force: Force) {
        if self.forced.is_some() {
            return;
        }
        self.forced = Some(force);
        self.event(What::Forced(force));
        if self.phase < Phase::Stopping {
            self.stop_all();
        }
        self.timers.total = None;
        let end = self.now.saturating_add(LAST_CALL);
        self.timers.force = self.timers.at(end);
        for key in self.keys() {
            let node = &self.nodes[key as usize];
            match node.state {
                // Its grace goes on.
                _ if node.aborted => {}
                State::Loading | State::Starting => self.abort(key, ABORT_GRACE),
                State::Quiescing | State::Stopping => {
                    if force == Force::Timeout {
                        self.tally.overstayed += 1;
                        let stage = self.nodes[key as usize].state.stage();
                        self.change(key, Change::Overstayed(stage));
                    }
                    self.abort(key, ABORT_GRACE);
                }
                // It ends when its turn has come.
                State::Warming
                | State::Up
                | State::Recalling
                | State::Tidying
                | State::Restarting => {
                    self.abort_now(key);
                    self.set_deadline(key, None);
                }
                // The end of all is the deadline of cleanups.
                _ => self.set_deadline(key, None),
            }
        }
    }

    /// Time is up for what was forced.
    pub(super) fn give_up_all(&mut self) {
        self.timers.force = None;
        if self.phase == Phase::Cleaning {
            return self.give_up_cleanups();
        }
        for key in self.keys() {
            let state = self.nodes[key as usize].state;
            if state.is_live() || state == State::Loading {
                self.give_up(key);
            }
        }
    }

    /// Time is up for load and start: what is still on its way has failed, and the app with it if it needs any of that.
    pub(super) fn start_budget_spent(&mut self) {
        let coming = |node: &Node| !node.up && !node.lost();
        let needed = self.phase == Phase::Loading
            || self.nodes.iter().any(|node| node.required && coming(node));
        let late: Vec<Key> = self
            .keys()
            .filter(|key| coming(&self.nodes[*key as usize]))
            .filter(|key| !needed || self.state(*key) != State::Down)
            .collect();
        for node in &mut self.nodes {
            node.late |= node.state == State::Loading;
        }
        if needed {
            self.shut_down(Cause::StartBudget);
        }
        for key in late {
            let timeout = Failure {
                stage: Stage::Start,
                kind: FailureKind::Timeout,
            };
            let last = self.nodes[key as usize].attempt_failed;
            self.fail(key, last.unwrap_or(timeout));
        }
    }

    /// Whether `main` must go although nobody asked the app to stop: what it takes has failed.
    fn main_lost(&self) -> Option<Cause> {
        let main = &self.nodes[self.main? as usize];
        (main.lost() && !main.finished).then_some(Cause::MainLost)
    }

    /// Whether services were there and all of them are done; and if so, why the app stops. One that is disabled may
    /// come back, and is not done.
    pub(super) fn services_over(&self) -> Option<Cause> {
        let over = self.services > 0 && self.unwanted_services == 0 && self.busy_services == 0;
        // Only then is it worth a look at all of them.
        over.then(|| match self.any_service_lost() {
            true => Cause::NoneLeft,
            false => Cause::AllFinished,
        })
    }

    /// Whether a service failed, or went down with something that it needs.
    fn any_service_lost(&self) -> bool {
        self.nodes.iter().any(|node| {
            node.kind == Kind::Service && (node.failed || node.lost() && !node.finished)
        })
    }
}
