//! Times of the wall clock.

mod clock;
mod expression;
#[cfg(test)]
mod tests;

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use jiff::tz::{TimeZone, TimeZoneDatabase};

use expression::{Fields, Problem};

/// Times of the wall clock: for [`Context::cron`](crate::Context::cron), and what `#[cron]` makes. With the feature `cron`.
///
/// An expression has six fields: seconds, minutes, hours, days of the month, months and days of the week.
///
/// | | means |
/// |---|---|
/// | `*` | each |
/// | `5`, `1,15`, `9-17` | one, a few, a range |
/// | `*/5`, `0-30/10`, `10/15` | with a step; the last begins at 10 |
/// | `JAN` to `DEC`, `SUN` to `SAT` | months and weekdays by name; Sunday is 0 and 7 |
/// | `L` | the last day of the month |
///
/// When both kinds of days are told, one of the two is enough, as everywhere with cron; a field that begins with `*` does not
/// count as told.
///
/// # When clocks are changed
///
/// Where the zone sets its clocks forward, the times that are jumped over come once, at the moment of the jump: `0 30 2 * *
/// *` at three o'clock, in Berlin. Where it sets them back, an hour comes twice: an expression whose hours begin with `*` goes
/// on through both, any other has its turn in the first.
///
/// The machine's own clock may be set as well. It is read again at least every minute. Set forward, the times that it passes
/// over come once, and the others are counted as skipped. Set back by up to an hour, it waits until the clock has caught up, so
/// that nothing comes twice; by more, it goes on from the new time.
///
/// # Examples
///
/// ```
/// use lifecycle::schedule::Cron;
///
/// // A mistake in a constant is an error of the compiler.
/// const NIGHTLY: Cron = Cron::new("0 30 3 * * MON-FRI").tz("Europe/Berlin");
/// # let _ = NIGHTLY;
///
/// let from_settings: Cron = "0 */5 * * * *".parse()?;
/// # let _ = from_settings;
/// let wrong = "0 60 * * * *".parse::<Cron>().unwrap_err();
/// assert_eq!(
///     wrong.to_string(),
///     "bad cron expression `0 60 * * * *`: `60` cannot stand in the minutes; write 0 to 59, such as `30`, `*/5` or `0,15`"
/// );
/// # Ok::<(), lifecycle::schedule::CronError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "a schedule does nothing until something is done by it"]
pub struct Cron {
    fields: Fields,
    zone: &'static str,
}

impl Cron {
    /// The times of an expression, in UTC.
    ///
    /// # Panics
    ///
    /// If the text is none; in a constant, that is an error of the compiler. [`parse`](str::parse) returns an error.
    #[track_caller]
    pub const fn new(expression: &str) -> Self {
        match Fields::parse(expression) {
            Ok(fields) => Self {
                fields,
                zone: "UTC",
            },
            Err(problem) => panic!("{}", problem.message(expression).as_str()),
        }
    }

    /// Sets the time zone, by its name in the IANA database: `Europe/Berlin`.
    ///
    /// The machine's own database is asked first, and the one that is part of the program if it does not know the name. The
    /// name is looked up when the schedule begins; if nobody knows it, the component fails with [`CronError`]. `#[cron]` asks
    /// at compile time.
    pub const fn tz(mut self, zone: &'static str) -> Self {
        self.zone = zone;
        self
    }

    pub(super) fn begin(self, now: Timestamp) -> Result<Wall, CronError> {
        let zone = TimeZone::get(self.zone)
            .or_else(|_| TimeZoneDatabase::bundled().get(self.zone))
            .map_err(|_| CronError::zone(self.zone))?;
        Ok(Wall {
            fields: self.fields,
            zone,
            last: now,
            next: None,
        })
    }
}

impl FromStr for Cron {
    type Err = CronError;

    fn from_str(expression: &str) -> Result<Self, CronError> {
        let fields = Fields::parse(expression).map_err(|problem: Problem<'_>| CronError {
            message: problem.message(expression).as_str().into(),
        })?;
        Ok(Self {
            fields,
            zone: "UTC",
        })
    }
}

/// What is wrong with a cron expression or its time zone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CronError {
    message: Box<str>,
}

impl CronError {
    fn zone(name: &str) -> Self {
        Self {
            message: format!(
                "unknown time zone `{name}`; write a name such as `Europe/Berlin`, or `UTC`"
            )
            .into(),
        }
    }
}

impl fmt::Display for CronError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for CronError {}

/// How far the clock may be set back without that anything comes twice.
const BACK: jiff::SignedDuration = jiff::SignedDuration::from_hours(1);

/// How many skipped times are counted one by one.
const COUNTED: u64 = 100_000;

/// The times of an expression as they come: pure, but for what the caller's clock says.
#[derive(Clone, Debug)]
pub(super) struct Wall {
    fields: Fields,
    zone: TimeZone,
    /// The time of the last run, or when this began.
    last: Timestamp,
    /// The time of the next one, as was last asked.
    next: Option<Timestamp>,
}

impl Wall {
    /// The time of the next run. It has come when it is not after `now`.
    pub(super) fn next(&mut self, now: Timestamp) -> Option<Timestamp> {
        if self.last.duration_since(now) > BACK {
            self.last = now;
        }
        self.next = self.fields.next(self.last, &self.zone);
        self.next
    }

    /// The run for the time that [`next`](Self::next) last gave has ended; passes over those that have come meanwhile.
    pub(super) fn end(&mut self, now: Timestamp) -> u64 {
        self.last = self.next.unwrap_or(self.last);
        self.skip(now)
    }

    /// Passes over the times that have come, and counts them.
    pub(super) fn skip(&mut self, now: Timestamp) -> u64 {
        let mut skipped = 0;
        while let Some(next) = self.next(now).filter(|next| *next < now) {
            self.last = next;
            skipped += 1;
            if skipped == COUNTED {
                self.last = now;
            }
        }
        skipped
    }
}
