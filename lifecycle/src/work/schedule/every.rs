//! How often something is done.

use std::time::Duration;

/// A period: for [`Context::every`](crate::Context::every), and what `#[every]` makes.
///
/// The ticks lie on a grid: one period after the component came up, two periods, and so on. [`jitter`](Self::jitter) moves
/// single runs around their ticks and never the grid, so over time there is exactly one tick a period. The same seed of the
/// app gives the same jitter.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use lifecycle::schedule::Every;
///
/// const EVERY_MINUTE: Every = Every::new(Duration::from_secs(60)).jitter(0.1).immediate();
/// # let _ = EVERY_MINUTE;
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[must_use = "a schedule does nothing until something is done by it"]
pub struct Every {
    pub(super) period: Duration,
    pub(super) jitter: f64,
    pub(super) immediate: bool,
}

impl Every {
    /// Once in each period, for the first time when one has passed.
    ///
    /// # Panics
    ///
    /// If the period is zero; in a constant, that is an error of the compiler.
    #[track_caller]
    pub const fn new(period: Duration) -> Self {
        assert!(
            !period.is_zero(),
            "the period is zero; a schedule wants one above that"
        );
        Self {
            period,
            jitter: 0.0,
            immediate: false,
        }
    }

    /// Leaves this part of the period to chance, so that many programs do not all work in the same moment.
    ///
    /// Two runs that follow each other lie at least `1 - jitter` and at most `1 + jitter` periods apart: each comes up to
    /// half of that part before or after its tick.
    ///
    /// # Panics
    ///
    /// If it is not from 0 to 1; in a constant, that is an error of the compiler.
    #[track_caller]
    pub const fn jitter(mut self, part: f64) -> Self {
        assert!(
            part >= 0.0 && part <= 1.0,
            "the jitter is a part of the period, from 0 to 1"
        );
        self.jitter = part;
        self
    }

    /// The first run comes at once, when the component comes up.
    ///
    /// A component that is rebuilt is a new one, and begins so again; one whose run loop alone is restarted goes on with
    /// the ticks that it had.
    pub const fn immediate(mut self) -> Self {
        self.immediate = true;
        self
    }
}

/// Once in each period, as [`Every::new`] says, which panics if the period is zero.
impl From<Duration> for Every {
    #[track_caller]
    fn from(period: Duration) -> Self {
        Self::new(period)
    }
}
