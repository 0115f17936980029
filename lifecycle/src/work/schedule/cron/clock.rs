//! When an expression's time comes next: pure, given a moment and a time zone.
//!
//! Between two changes of the clock, local time is the time that passes plus a fixed offset, so that the next match is one of
//! the calendar alone. Where the clock is changed:
//!
//! 1. Set forward, the times that it jumps over come once, together, at the moment of the jump.
//! 2. Set back, an hour comes twice: an expression whose hours begin with `*` goes on in it, another one has had its turn.

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

use super::expression::Fields;

/// How many days to look ahead: 29 February on a certain weekday may take 40 years.
const DAYS: u32 = 41 * 366;

impl Fields {
    /// The first time after `after` that the expression matches, unless there is none in this age of the world.
    pub(in crate::work::schedule) fn next(
        &self,
        after: Timestamp,
        zone: &TimeZone,
    ) -> Option<Timestamp> {
        let second = Timestamp::from_second(after.as_second()).ok()?;
        let mut at = second.checked_add(1.second()).ok()?;
        let mut offset = zone.to_offset(at);
        // What the clock showed when it was last set back, for those who had their turn before.
        let mut had = zone
            .preceding(at.checked_add(1.second()).ok()?)
            .next()
            .and_then(|change| self.had(change.timestamp(), zone));
        loop {
            let local = offset.to_datetime(at);
            let from = had.map_or(local, |had| local.max(had));
            let found = self.next_local(from)?;
            let end = zone.following(at).next();
            let passes = offset.to_timestamp(found).ok()?;
            let Some(end) = end.filter(|end| end.timestamp() <= passes) else {
                return Some(passes);
            };
            let change = end.timestamp();
            let after = end.offset().to_datetime(change);
            if offset.to_datetime(change) <= found && found < after {
                return Some(change);
            }
            had = self.had(change, zone);
            (at, offset) = (change, end.offset());
        }
    }

    /// What the clock would have shown at this change of it, if it was set back and that time does not count again.
    fn had(&self, change: Timestamp, zone: &TimeZone) -> Option<DateTime> {
        let before = zone.to_offset(change.checked_sub(1.second()).ok()?);
        let shown = before.to_datetime(change);
        (!self.each_hour && zone.to_offset(change).to_datetime(change) < shown).then_some(shown)
    }

    /// The first time of the calendar from `from` on.
    fn next_local(&self, from: DateTime) -> Option<DateTime> {
        let mut date = from.date();
        if self.is_on(date)
            && let Some(time) = self.next_time(from.time())
        {
            return Some(date.to_datetime(time));
        }
        for _ in 0..DAYS {
            date = date.tomorrow().ok()?;
            if self.is_on(date) {
                let time = self.next_time(Time::midnight())?;
                return Some(date.to_datetime(time));
            }
        }
        None
    }

    fn is_on(&self, date: Date) -> bool {
        let has = |set: u64, number: i8| set & 1 << number != 0;
        let day =
            has(self.days, date.day()) || (has(self.days, 0) && date.day() == date.days_in_month());
        let weekday = has(self.weekdays, date.weekday().to_sunday_zero_offset());
        let is_on = if self.either_day {
            day || weekday
        } else {
            day && weekday
        };
        is_on && has(self.months, date.month())
    }

    /// The first time of a day from `from` on.
    fn next_time(&self, from: Time) -> Option<Time> {
        let (hour, minute) = (from.hour(), from.minute());
        let time = |hour, minute, second| Time::new(hour, minute, second, 0).ok();
        let first = |set: u64| set.trailing_zeros() as i8;
        let is_in = |set: u64, number: i8| set & 1 << number != 0;
        if is_in(self.hours, hour) {
            if is_in(self.minutes, minute)
                && let Some(second) = from_on(self.seconds, from.second())
            {
                return time(hour, minute, second);
            }
            if let Some(minute) = from_on(self.minutes, minute + 1) {
                return time(hour, minute, first(self.seconds));
            }
        }
        let hour = from_on(self.hours, hour + 1)?;
        time(hour, first(self.minutes), first(self.seconds))
    }
}

/// The smallest number of a set that is not below `least`.
fn from_on(set: u64, least: i8) -> Option<i8> {
    let rest = set.checked_shr(least as u32)?;
    (rest != 0).then(|| least + rest.trailing_zeros() as i8)
}
