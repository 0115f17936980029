//! Keeps handlers of events where their components are.

use super::Driver;
use crate::engine::{Key, State};
use crate::event::Presence;

impl Driver {
    /// Some components are lost now, or are not any more.
    pub(super) fn settle_those_who_turned(&mut self) {
        while let Some(key) = self.engine.next_turned() {
            self.settle_handlers_of(key);
        }
    }

    pub(super) fn settle_handlers_of(&self, key: Key) {
        if self.shared.events.has_handlers() {
            let (at, lost) = (presence(self.engine.state(key)), self.engine.is_lost(key));
            self.shared.events.settle(key, at, lost, &self.shared);
        }
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
