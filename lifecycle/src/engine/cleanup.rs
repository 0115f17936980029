//! The app's own cleanups: once all components are down, side by side, within what remains of the shutdown.
//!
//! They may take until the shutdown timeout; then the end is forced, and they have the last call, as all that is forced has.
//! What is alive after that is given up. After a last call that components have used up, none of them begins.

use super::input::Ending;
use super::output::Command;
use super::{Engine, Phase};
use crate::plan::Stage;

impl Engine {
    /// All components are down, or given up.
    pub(super) fn clean_up_app(&mut self) {
        self.enter(Phase::Cleaning);
        if self.forced.is_some() && self.timers.force.is_none() {
            self.give_up_cleanups();
        } else {
            self.command(Command::CleanUpApp);
        }
    }

    /// One of them ended.
    pub(super) fn app_cleanup_ended(&mut self, ending: Ending) {
        let failure = ending.failure(Stage::Cleanup);
        if let Some(failure) = failure.filter(|_| self.phase == Phase::Cleaning) {
            self.count_problem(failure);
        }
    }

    /// None of them is alive.
    pub(super) fn app_cleaned(&mut self) {
        if self.phase == Phase::Cleaning {
            self.end();
        }
    }

    /// Time is up for them.
    pub(super) fn give_up_cleanups(&mut self) {
        self.command(Command::GiveUpCleanups);
        self.end();
    }
}
