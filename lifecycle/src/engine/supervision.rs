//! Whether what ended begins again: one decision for components and for the supervised tasks inside them.

use std::collections::VecDeque;
use std::time::Duration;

use super::input::{Ending, Moment};
use crate::plan::{Policy, Restart};

/// What follows from an end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It begins again after this time.
    Restart {
        /// The wait; zero if it asked for a restart at once.
        after: Duration,
    },
    /// It is over, and nothing is wrong.
    Done,
    /// It has failed for good: it is never restarted, or has been too often.
    GiveUp,
}

/// The memory of one supervised piece of work: when it was restarted, and how long it has been well.
#[derive(Clone, Debug, Default)]
pub(crate) struct Supervision {
    /// The restarts that may still count, oldest first.
    recent: VecDeque<Moment>,
    /// Restarts with a backoff since it was last well for long enough.
    streak: u32,
    /// Since when it has been up.
    up: Option<Moment>,
}

impl Supervision {
    /// It is up, again or for the first time.
    pub(crate) fn came_up(&mut self, now: Moment) {
        self.up = Some(now);
    }

    /// How many restarts counted when the last one was decided, that one included.
    pub(crate) fn restarts(&self) -> u32 {
        self.recent.len() as u32
    }

    /// It ended; `random` gives a number from zero to its argument.
    ///
    /// Of `policy` only the rules of restarts and the backoff count. Any time as long as `within` sees at most
    /// `max_restarts` verdicts to restart.
    pub(crate) fn ended(
        &mut self,
        policy: &Policy,
        now: Moment,
        ending: Ending,
        random: impl FnOnce(u64) -> u64,
    ) -> Verdict {
        let well = self
            .up
            .take()
            .is_some_and(|since| now.saturating_sub(since) >= policy.within);
        if well {
            self.streak = 0;
        }
        match (policy.restart, ending) {
            (_, Ending::Cancelled) | (Restart::Never | Restart::OnFailure, Ending::Ok) => {
                return Verdict::Done;
            }
            (Restart::Never, _) => return Verdict::GiveUp,
            (Restart::OnFailure | Restart::Always, _) => {}
        }
        while let Some(oldest) = self.recent.front()
            && oldest.saturating_add(policy.within) <= now
        {
            self.recent.pop_front();
        }
        if self.recent.len() >= policy.max_restarts as usize {
            return Verdict::GiveUp;
        }
        self.recent.push_back(now);
        let after = if ending == Ending::RestartNow {
            Duration::ZERO
        } else {
            self.streak += 1;
            policy.backoff.wait(self.streak, random)
        };
        Verdict::Restart { after }
    }
}

#[cfg(test)]
mod tests;
