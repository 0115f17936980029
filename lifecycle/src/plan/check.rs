//! How a component's health is checked.

use std::time::Duration;

/// How often a health check runs, how long it may take, and how many answers it takes to change one's mind.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use lifecycle::plan::CheckPolicy;
///
/// const OFTEN: CheckPolicy = CheckPolicy::new().every(Duration::from_secs(1)).failures(2);
/// assert_eq!(OFTEN.timeout, CheckPolicy::DEFAULT.timeout);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CheckPolicy {
    /// The time from the end of one check to the beginning of the next, at least 1 ms. Up to a tenth of it is left out, at
    /// random, so that checks do not go in step. Default: 5 s.
    pub every: Duration,
    /// A check that takes longer is dropped and counts as failed. Default: 1 s.
    pub timeout: Duration,
    /// The same as `every`, while the component is unhealthy and the last check failed. Default: 30 s.
    pub down_every: Duration,
    /// So many checks have to fail in a row before the component is unhealthy; 0 is the same as 1. Default: 3.
    pub failures: u32,
    /// So many checks have to succeed in a row before it is healthy again; 0 is the same as 1. Default: 2.
    pub successes: u32,
    /// Whether failed checks make the component unhealthy. If not, they are a warning, and the app stays ready. Default: yes.
    pub critical: bool,
}

impl CheckPolicy {
    /// Every 5 s, every 30 s while unhealthy, at most 1 s each; 3 failures to fall, 2 successes to recover; critical.
    pub const DEFAULT: Self = Self {
        every: Duration::from_secs(5),
        timeout: Duration::from_secs(1),
        down_every: Duration::from_secs(30),
        failures: 3,
        successes: 2,
        critical: true,
    };

    /// The defaults.
    #[must_use]
    pub const fn new() -> Self {
        Self::DEFAULT
    }

    /// Sets the time between two checks.
    #[must_use = "returns the changed policy"]
    pub const fn every(mut self, time: Duration) -> Self {
        self.every = time;
        self
    }

    /// Limits one check.
    #[must_use = "returns the changed policy"]
    pub const fn timeout(mut self, limit: Duration) -> Self {
        self.timeout = limit;
        self
    }

    /// Sets the time between two checks while the component is unhealthy.
    #[must_use = "returns the changed policy"]
    pub const fn down_every(mut self, time: Duration) -> Self {
        self.down_every = time;
        self
    }

    /// Sets how many failures in a row make it unhealthy.
    #[must_use = "returns the changed policy"]
    pub const fn failures(mut self, in_a_row: u32) -> Self {
        self.failures = in_a_row;
        self
    }

    /// Sets how many successes in a row make it healthy again.
    #[must_use = "returns the changed policy"]
    pub const fn successes(mut self, in_a_row: u32) -> Self {
        self.successes = in_a_row;
        self
    }

    /// Sets whether failed checks make the component unhealthy, rather than being a warning.
    #[must_use = "returns the changed policy"]
    pub const fn critical(mut self, critical: bool) -> Self {
        self.critical = critical;
        self
    }
}

impl Default for CheckPolicy {
    fn default() -> Self {
        Self::DEFAULT
    }
}
