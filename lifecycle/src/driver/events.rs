//! Keeps handlers of events where their components are.

use std::sync::Arc;

use super::Driver;
use crate::context::Context;
use crate::engine::{Change, Key, LifecycleEvent, State, What};
use crate::event::Presence;
use crate::plan::Stage;

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

    /// Begins to handle events, as work that ends with the run.
    pub(super) fn begin_handlers(&self, key: Key) {
        if self.shared.events.has_handlers()
            && let Some(instance) = self.shared.instance_of(key)
        {
            let scope = self.scope_for(key, Stage::Run);
            let cx = Context::new(Arc::clone(scope));
            self.shared.events.begin(key, &instance, &cx);
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
