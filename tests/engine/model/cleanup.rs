//! The app's own cleanups once more: when they begin, and until when they may go on.

use lifecycle::engine::{Ending, FailureKind, LAST_CALL, Moment, Phase};

use super::{Answer, Model};

/// Where the app's own cleanups are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Cleanups {
    #[default]
    Waiting,
    Running,
    Over,
    GivenUp,
}

impl Model<'_> {
    /// The last call is over, or somebody asked for a third time.
    fn no_time_left(&self, now: Moment) -> bool {
        let over = self.forced.is_some_and(|(at, _)| now >= at + LAST_CALL);
        over || self.cue.answered == Some(Answer::Exit)
    }

    pub(super) fn clean_up_app(&mut self, now: Moment) -> Result<(), String> {
        let fine = self.phase == Phase::Cleaning && self.cleanups == Cleanups::Waiting;
        if !fine || self.no_time_left(now) {
            return Err("the app cleans up at the wrong time".into());
        }
        self.cleanups = Cleanups::Running;
        Ok(())
    }

    pub(super) fn give_up_cleanups(&mut self, now: Moment) -> Result<(), String> {
        let alive = matches!(self.cleanups, Cleanups::Waiting | Cleanups::Running);
        if !alive || self.phase != Phase::Cleaning || !self.no_time_left(now) {
            return Err("the cleanups of the app are given up at the wrong time".into());
        }
        self.cleanups = Cleanups::GivenUp;
        Ok(())
    }

    pub(super) fn app_cleanup_ended(&mut self, ending: Ending) {
        if self.cleanups == Cleanups::Running {
            match ending {
                Ending::Error | Ending::RestartNow => self.tally.count(FailureKind::Error),
                Ending::Panic => self.tally.count(FailureKind::Panic),
                _ => {}
            }
        }
    }

    pub(super) fn app_cleaned(&mut self) {
        if self.cleanups == Cleanups::Running {
            self.cleanups = Cleanups::Over;
        }
    }

    /// The app ends when they are over, and not before.
    pub(super) fn may_end(&self) -> bool {
        matches!(self.cleanups, Cleanups::Over | Cleanups::GivenUp)
    }

    /// Nothing is left to wait for.
    pub(super) fn cleans_up_in_time(&self) -> Result<(), String> {
        match (self.phase, self.cleanups) {
            (Phase::Cleaning, Cleanups::Waiting) => Err("the app does not clean up".into()),
            (Phase::Cleaning, Cleanups::Over) => Err("the app has cleaned up, and goes on".into()),
            _ => Ok(()),
        }
    }
}
