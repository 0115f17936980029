//! Keeps handlers of events where their components are.

use super::Driver;
use crate::engine::{Change, Key, LifecycleEvent, State, What};
use crate::event::Presence;

impl Driver {
    pub(super) fn settle_handlers(&self, event: LifecycleEvent) {
        match event.what {
            // Others may be lost with it, of which there is no event.
            What::Phase(_)
            | What::Shutdown(_)
            | What::Component(_, Change::Failed(_) | Change::GivenUp(_)) => {
                self.settle_all_handlers();
            }
            What::Component(key, _) if self.shared.events.has_handlers() => {
                self.settle_handlers_of(key);
            }
            _ => {}
        }
    }

    pub(super) fn settle_all_handlers(&self) {
        for key in self.shared.events.keys() {
            self.settle_handlers_of(key);
        }
    }

    fn settle_handlers_of(&self, key: Key) {
        let (at, lost) = (presence(self.engine.state(key)), self.engine.is_lost(key));
        self.shared.events.settle(key, at, lost, &self.shared);
    }
}

fn presence(state: State) -> Presence {
    match state {
        State::Up => Presence::Up,
        State::Warming
        | State::Recalling
        | State::Tidying
        | State::Restarting
        | State::Quiescing => Presence::Passing,
        State::Down
        | State::Loading
        | State::Queued
        | State::Starting
        | State::Retrying
        | State::Stopping
        | State::Cleaning
        | State::GivenUp => Presence::Away,
    }
}
