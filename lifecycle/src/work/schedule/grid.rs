//! When the runs of a period come: pure, without a clock.
//!
//! 1. Tick `n` lies `n` periods after the first. Nothing moves the grid: no jitter, no run that takes long.
//! 2. A run belongs to one tick, and no two runs to the same; jitter moves it by at most half its part of a period.
//! 3. A tick that passes while a run is under way is skipped and counted; one at which the run ends is not.

use super::Every;
use crate::engine::Moment;

#[cfg(test)]
mod tests;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Grid {
    /// Where tick 0 is.
    pub(super) first: Moment,
    /// The tick of the last run, or of the one to come.
    pub(super) tick: u64,
    /// When the run of that tick begins.
    pub(super) at: Moment,
}

impl Grid {
    /// A grid that begins now, and its first run.
    pub(super) fn new(how: &Every, now: Moment, random: impl FnOnce(u64) -> u64) -> Self {
        let mut grid = Self {
            first: now,
            tick: 0,
            at: now,
        };
        if !how.immediate {
            grid.advance(how, now, random);
        }
        grid
    }

    /// Goes on to the next run, and says how many ticks are skipped. `random` gives a number from zero to what it is given.
    pub(super) fn advance(
        &mut self,
        how: &Every,
        now: Moment,
        random: impl FnOnce(u64) -> u64,
    ) -> u64 {
        let period = how.period.as_nanos();
        let passed = now.saturating_sub(self.first).as_nanos().div_ceil(period);
        let passed = u64::try_from(passed).unwrap_or(u64::MAX);
        let next = self.tick.saturating_add(1).max(passed);
        let skipped = next.saturating_sub(self.tick).saturating_sub(1);
        let on_grid = times(how.period, next).saturating_add(self.first);
        let half = how.period.mul_f64(how.jitter / 2.0);
        let span = u64::try_from(half.as_nanos().saturating_mul(2)).unwrap_or(u64::MAX);
        let moved = if span == 0 { 0 } else { random(span) };
        self.at = on_grid
            .saturating_sub(half)
            .saturating_add(Moment::from_nanos(moved))
            .max(now);
        self.tick = next;
        skipped
    }
}

/// So many periods, or what is for ever.
fn times(period: Moment, count: u64) -> Moment {
    let nanos = period.as_nanos().saturating_mul(u128::from(count));
    let seconds = u64::try_from(nanos / 1_000_000_000).unwrap_or(u64::MAX);
    Moment::new(seconds, (nanos % 1_000_000_000) as u32)
}
