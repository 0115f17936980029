//! What the answers of a health check come to. Pure: moments and answers in, a verdict out.

use std::time::Duration;

use super::value::Health;
use super::{Answer, Level};
use crate::engine::Moment;
use crate::error::Short;
use crate::plan::CheckPolicy;

/// What came of one check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Found {
    /// The check answered. One that says that the component is unhealthy has failed.
    Said(Health),
    /// It returned an error, or panicked.
    Failed(String),
    /// It took longer than its limit, and was dropped.
    Slow,
    /// It was dropped, and has not even ended: it blocks its thread since then.
    Hangs(Moment),
}

impl Found {
    fn is_success(&self) -> bool {
        matches!(self, Self::Said(health) if health.level() < Level::Unhealthy)
    }

    /// The same for people. Without a moment it says nothing that changes by itself.
    fn health(&self, limit: Duration, at: Option<Moment>) -> Health {
        let limit = Short(limit);
        match (self, at) {
            (Self::Said(health), _) => health.clone(),
            (Self::Failed(text), _) => Health::unhealthy(text.clone()),
            (Self::Slow, _) => Health::unhealthy(format!("the check took longer than {limit}")),
            (Self::Hangs(_), None) => Health::unhealthy("the check does not answer"),
            (Self::Hangs(since), Some(at)) => {
                let time = Short(at.saturating_sub(*since));
                Health::unhealthy(format!(
                    "the check has not answered for {time} (limit {limit})"
                ))
            }
        }
    }
}

/// A check that is repeated: one bad answer among good ones changes nothing, nor does one good answer among bad ones.
#[derive(Clone, Debug)]
pub(crate) struct Checked {
    how: CheckPolicy,
    /// So many failed in a row that it counts.
    fallen: bool,
    failures: u32,
    successes: u32,
    /// The answer that counts.
    shown: Found,
    last: Option<Last>,
}

#[derive(Clone, Debug)]
struct Last {
    found: Found,
    took: Duration,
    at: Moment,
}

impl Checked {
    /// Nothing is known yet, so all is well.
    pub(crate) fn new(how: CheckPolicy) -> Self {
        Self {
            how,
            fallen: false,
            failures: 0,
            successes: 0,
            shown: Found::Said(Health::healthy()),
            last: None,
        }
    }

    /// A check has ended, or should have.
    pub(crate) fn take(&mut self, found: Found, took: Duration, at: Moment) {
        if found.is_success() {
            self.failures = 0;
            self.successes = self.successes.saturating_add(1);
            self.fallen &= self.successes < self.how.successes;
            if !self.fallen {
                self.shown = found.clone();
            }
        } else {
            self.successes = 0;
            self.failures = self.failures.saturating_add(1);
            self.fallen |= self.failures >= self.how.failures;
            if self.fallen {
                self.shown = found.clone();
            }
        }
        self.last = Some(Last { found, took, at });
    }

    /// How long to wait for the next check; `random` gives a number from zero to its argument.
    pub(crate) fn wait(&self, random: impl FnOnce(u64) -> u64) -> Duration {
        // One that may be on its way back is not to be late for it.
        let every = match self.fallen && self.successes == 0 {
            true => self.how.down_every,
            false => self.how.every,
        };
        let every = every.max(Duration::from_millis(1));
        let most = (every / 10).as_nanos().try_into().unwrap_or(u64::MAX);
        every.saturating_sub(Duration::from_nanos(random(most)))
    }

    /// What it comes to. Without a moment it says nothing that changes by itself.
    pub(crate) fn health(&self, at: Option<Moment>) -> Health {
        let health = self.shown.health(self.how.timeout, at);
        match health.level() {
            Level::Unhealthy if !self.how.critical => health.at_most(Level::Warning),
            _ => health,
        }
    }

    /// The last answer, as it is.
    pub(crate) fn answer(&self, at: Moment) -> Option<Answer> {
        let last = self.last.as_ref()?;
        Some(Answer {
            health: last.found.health(self.how.timeout, Some(at)),
            took: last.took,
            at: last.at,
            failures: self.failures,
            hanging: match last.found {
                Found::Hangs(since) => Some(at.saturating_sub(since)),
                _ => None,
            },
        })
    }
}

#[cfg(test)]
mod tests;
