//! Random periods, jitters and runs, each from a seed.

use std::time::Duration;

use super::{Every, Grid, times};

const CASES: u64 = 2_000;

fn ms(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

/// What a random schedule did: the tick, the beginning and the end of each run, and how many ticks it skipped before it.
struct Played {
    how: Every,
    begun: Duration,
    runs: Vec<(u64, Duration, Duration, u64)>,
}

fn play(seed: u64) -> Played {
    let mut random = fastrand::Rng::with_seed(seed);
    let period = Duration::from_nanos(random.u64(1..=10_000_000_000));
    let mut how = Every::new(period).jitter(random.f64());
    if random.bool() {
        how = how.immediate();
    }
    if random.bool() {
        how = how.jitter(0.0);
    }
    let begun = Duration::from_nanos(random.u64(..1_000_000_000_000));
    let mut chance = random.fork();
    let mut grid = Grid::new(&how, begun, |most| chance.u64(0..=most));
    let longest = if random.bool() { 0.5 } else { 8.0 };
    let (mut runs, mut skipped) = (Vec::new(), 0);
    for _ in 0..50 {
        // Timers may be late.
        let began = grid.at + period.mul_f64(random.f64() * random.f64() * 0.1);
        let ended = began + period.mul_f64(random.f64() * longest);
        runs.push((grid.tick, began, ended, skipped));
        skipped = grid.advance(&how, ended, |most| chance.u64(0..=most));
    }
    Played { how, begun, runs }
}

/// Checks a property of many random schedules.
fn always(holds: impl Fn(&Played)) {
    for seed in 0..CASES {
        let played = play(seed);
        let checked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| holds(&played)));
        assert!(checked.is_ok(), "seed {seed}");
    }
}

#[test]
fn ticks_are_run_or_skipped_and_none_is_both() {
    always(|played| {
        let mut next = u64::from(!played.how.immediate);
        for (tick, _, _, skipped) in &played.runs {
            assert_eq!(*tick, next + skipped);
            next = tick + 1;
        }
    });
}

#[test]
fn a_run_begins_at_its_tick_of_the_grid_but_for_jitter_or_when_the_last_one_ends() {
    always(|played| {
        let half = played.how.period.mul_f64(played.how.jitter / 2.0);
        let late = played.how.period.mul_f64(0.1);
        let mut free = played.begun;
        for (tick, began, ended, _) in &played.runs {
            let on_grid = played.begun + times(played.how.period, *tick);
            assert!(*began >= free);
            assert!(*began + half >= on_grid);
            assert!(*began <= on_grid.max(free) + half + late);
            free = *ended;
        }
    });
}

#[test]
fn what_is_skipped_passed_during_a_run() {
    always(|played| {
        for pair in played.runs.windows(2) {
            let (tick, _, ended, _) = pair[0];
            let (_, _, _, skipped) = pair[1];
            for missed in tick + 1..=tick + skipped {
                assert!(played.begun + times(played.how.period, missed) < ended);
            }
        }
    });
}

#[test]
fn the_mean_period_does_not_drift() {
    let how = Every::new(ms(1_000)).jitter(1.0);
    let mut random = fastrand::Rng::with_seed(7);
    let mut grid = Grid::new(&how, ms(0), |most| random.u64(0..=most));
    for run in 1..=100_000u64 {
        assert_eq!(grid.tick, run);
        let off = grid.at.abs_diff(ms(1_000 * run));
        assert!(off <= ms(500), "run {run} is {off:?} off the grid");
        let now = grid.at;
        grid.advance(&how, now, |most| random.u64(0..=most));
    }
}

#[test]
fn jitter_moves_both_ways_and_uses_its_whole_part() {
    let how = Every::new(ms(1_000)).jitter(0.1);
    let at = |pick: fn(u64) -> u64| Grid::new(&how, ms(0), pick).at;
    assert_eq!(at(|_| 0), ms(950));
    assert_eq!(at(|most| most / 2), ms(1_000));
    assert_eq!(at(|most| most), ms(1_050));
}

#[test]
fn a_tenth_of_jitter_is_a_tenth_of_any_period() {
    for seconds in [1, 60, 86_400] {
        let period = Duration::from_secs(seconds);
        let how = Every::new(period).jitter(0.1);
        let mut random = fastrand::Rng::with_seed(seconds);
        let mut grid = Grid::new(&how, ms(0), |most| random.u64(0..=most));
        for _ in 0..100 {
            let before = grid.at;
            grid.advance(&how, before, |most| random.u64(0..=most));
            let between = grid.at - before;
            assert!(between >= period.mul_f64(0.9), "{between:?}");
            assert!(between <= period.mul_f64(1.1), "{between:?}");
        }
    }
}

#[test]
fn a_run_that_ends_on_a_tick_misses_none() {
    let how = Every::new(ms(10));
    let mut grid = Grid::new(&how, ms(0), |_| 0);
    assert_eq!((grid.tick, grid.at), (1, ms(10)));
    assert_eq!(grid.advance(&how, ms(20), |_| 0), 0);
    assert_eq!((grid.tick, grid.at), (2, ms(20)));
    assert_eq!(grid.advance(&how, ms(45), |_| 0), 2);
    assert_eq!((grid.tick, grid.at), (5, ms(50)));
}

#[test]
fn what_lies_beyond_the_clock_never_comes() {
    let how = Every::new(Duration::MAX).jitter(1.0);
    let mut grid = Grid::new(&how, ms(5), |most| most);
    assert!(grid.at > ms(u64::MAX / 4));
    assert_eq!(grid.advance(&how, Duration::MAX, |most| most), 0);
    assert!(grid.at >= Duration::MAX - ms(1));
}
