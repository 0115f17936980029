//! Expressions, their mistakes, and the times that they give, also where clocks are changed.

use expect_test::{Expect, expect};
use jiff::tz::{TimeZone, TimeZoneDatabase};
use jiff::{Timestamp, ToSpan};

use super::expression::Fields;
use super::{Cron, Wall};

fn zone(name: &str) -> TimeZone {
    TimeZoneDatabase::bundled().get(name).unwrap()
}

fn time(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// The first times after a moment, as the zone's clocks show them.
#[track_caller]
fn check(expression: &str, name: &str, after: &str, times: usize, expected: &Expect) {
    let zone = zone(name);
    let fields = Fields::parse(expression).ok().unwrap();
    let mut at = time(after);
    let mut shown = String::new();
    for _ in 0..times {
        let Some(next) = fields.next(at, &zone) else {
            shown.push_str("never\n");
            break;
        };
        let local = next.to_zoned(zone.clone());
        shown.push_str(&local.strftime("%a %F %T %:z\n").to_string());
        at = next;
    }
    expected.assert_eq(&shown);
}

#[test]
fn each_field_has_its_say() {
    check(
        "15,45 */20 9-17/4 L JAN-mar *",
        "UTC",
        "2026-01-30T00:00:00Z",
        7,
        &expect![[r#"
            Sat 2026-01-31 09:00:15 +00:00
            Sat 2026-01-31 09:00:45 +00:00
            Sat 2026-01-31 09:20:15 +00:00
            Sat 2026-01-31 09:20:45 +00:00
            Sat 2026-01-31 09:40:15 +00:00
            Sat 2026-01-31 09:40:45 +00:00
            Sat 2026-01-31 13:00:15 +00:00
        "#]],
    );
}

#[test]
fn one_of_both_kinds_of_days_is_enough_when_both_are_told() {
    check(
        "0 0 12 13 * FRI",
        "UTC",
        "2026-02-07T00:00:00Z",
        4,
        &expect![[r#"
            Fri 2026-02-13 12:00:00 +00:00
            Fri 2026-02-20 12:00:00 +00:00
            Fri 2026-02-27 12:00:00 +00:00
            Fri 2026-03-06 12:00:00 +00:00
        "#]],
    );
}

#[test]
fn sunday_is_there_twice() {
    let weekdays = |text: &str| {
        let all = format!("0 0 0 * * {text}");
        Fields::parse(&all).ok().unwrap().weekdays
    };
    assert_eq!(weekdays("0"), weekdays("7"));
    assert_eq!(weekdays("SUN"), weekdays("0"));
    assert_eq!(weekdays("FRI-SUN"), weekdays("5,6,0"));
    assert_eq!(weekdays("*/2"), weekdays("0,2,4,6"));
}

#[test]
fn a_leap_day_is_waited_for() {
    check(
        "0 0 0 29 FEB *",
        "UTC",
        "2096-03-01T00:00:00Z",
        1,
        &expect![[r#"
            Fri 2104-02-29 00:00:00 +00:00
        "#]],
    );
}

#[test]
fn what_the_clock_jumps_over_comes_at_the_jump() {
    // Two o'clock is three o'clock.
    check(
        "0 30 2 * * *",
        "Europe/Berlin",
        "2026-03-28T00:00:00Z",
        3,
        &expect![[r#"
            Sat 2026-03-28 02:30:00 +01:00
            Sun 2026-03-29 03:00:00 +02:00
            Mon 2026-03-30 02:30:00 +02:00
        "#]],
    );
    check(
        "0 */20 * * * *",
        "Europe/Berlin",
        "2026-03-29T00:20:00Z",
        4,
        &expect![[r#"
            Sun 2026-03-29 01:40:00 +01:00
            Sun 2026-03-29 03:00:00 +02:00
            Sun 2026-03-29 03:20:00 +02:00
            Sun 2026-03-29 03:40:00 +02:00
        "#]],
    );
}

#[test]
fn an_hour_that_comes_twice_counts_once_unless_it_is_each_hour() {
    // Three o'clock is two o'clock.
    check(
        "0 30 2 * * *",
        "Europe/Berlin",
        "2026-10-24T22:00:00Z",
        2,
        &expect![[r#"
            Sun 2026-10-25 02:30:00 +02:00
            Mon 2026-10-26 02:30:00 +01:00
        "#]],
    );
    check(
        "0 */30 * * * *",
        "Europe/Berlin",
        "2026-10-24T23:59:00Z",
        5,
        &expect![[r#"
            Sun 2026-10-25 02:00:00 +02:00
            Sun 2026-10-25 02:30:00 +02:00
            Sun 2026-10-25 02:00:00 +01:00
            Sun 2026-10-25 02:30:00 +01:00
            Sun 2026-10-25 03:00:00 +01:00
        "#]],
    );
    // Begun in the second of the two hours.
    check(
        "0 0,30 2,3 * * *",
        "Europe/Berlin",
        "2026-10-25T01:10:00Z",
        2,
        &expect![[r#"
            Sun 2026-10-25 03:00:00 +01:00
            Sun 2026-10-25 03:30:00 +01:00
        "#]],
    );
}

#[test]
fn a_day_that_is_left_out_comes_at_the_jump() {
    // Samoa went over the date line, and had no 30 December.
    check(
        "0 0 12 30 DEC *",
        "Pacific/Apia",
        "2011-12-29T00:00:00Z",
        2,
        &expect![[r#"
            Sat 2011-12-31 00:00:00 +14:00
            Sun 2012-12-30 12:00:00 +14:00
        "#]],
    );
}

/// Agrees with a search that asks of each second what the clock shows.
#[test]
fn the_next_time_is_the_first_that_matches() {
    let zones = [
        "UTC",
        "Europe/Berlin",
        "America/New_York",
        "Australia/Lord_Howe",
    ];
    for seed in 0..300 {
        let mut random = fastrand::Rng::with_seed(seed);
        let zone = zone(random.choice(zones).unwrap());
        // Each hour, so that none that comes twice is left out.
        let (second, minute) = (random.u8(0..60), random.u8(1..30));
        let text = format!("{second} */{minute} */{} * * *", random.u8(1..3));
        let fields = Fields::parse(&text).ok().unwrap();
        let change = zone.following(time("2026-01-01T00:00:00Z")).next();
        let around = change.map_or(time("2026-03-29T01:00:00Z"), |change| change.timestamp());
        let after = around + random.i64(-10_000..5_000).seconds();
        let next = fields.next(after, &zone).unwrap();
        let mut at = after;
        let found = loop {
            at += 1.second();
            let shown = zone.to_datetime(at);
            let has = |set: u64, number: i8| set & 1 << number != 0;
            let matches = |shown: jiff::civil::DateTime| {
                has(fields.seconds, shown.second())
                    && has(fields.minutes, shown.minute())
                    && has(fields.hours, shown.hour())
            };
            let before = zone.to_datetime(at - 1.second());
            let mut missed = before + 1.second();
            let mut jumped = false;
            while missed < shown {
                jumped |= matches(missed);
                missed += 1.second();
            }
            if jumped || matches(shown) {
                break at;
            }
        };
        assert_eq!(next, found, "seed {seed}: {text} after {after}");
    }
}

#[track_caller]
fn wrong(expression: &str, expected: &Expect) {
    let error = expression.parse::<Cron>().unwrap_err();
    expected.assert_eq(&error.to_string());
}

#[test]
fn mistakes_say_what_to_write() {
    wrong(
        "*/5 * * * *",
        &expect![
            "bad cron expression `*/5 * * * *`: it has 5 fields; write the seconds first, such as `0 */5 * * * *`"
        ],
    );
    wrong(
        "",
        &expect![
            "bad cron expression ``: it has 0 fields; write six: seconds, minutes, hours, days of the month, months and days of the week, such as `0 30 3 * * MON-FRI`"
        ],
    );
    wrong(
        "0 60 * * * *",
        &expect![
            "bad cron expression `0 60 * * * *`: `60` cannot stand in the minutes; write 0 to 59, such as `30`, `*/5` or `0,15`"
        ],
    );
    wrong(
        "0 0 24 * * *",
        &expect![
            "bad cron expression `0 0 24 * * *`: `24` cannot stand in the hours; write 0 to 23, such as `3`, `*/2` or `9-17`"
        ],
    );
    wrong(
        "0 0 0 0 * *",
        &expect![
            "bad cron expression `0 0 0 0 * *`: `0` cannot stand in the days of the month; write 1 to 31 or `L` for the last, such as `1`, `*` or `1,15`"
        ],
    );
    wrong(
        "0 0 0 * JUNE *",
        &expect![
            "bad cron expression `0 0 0 * JUNE *`: `JUNE` cannot stand in the months; write 1 to 12 or JAN to DEC, such as `1`, `*` or `JUN-AUG`"
        ],
    );
    wrong(
        "0 0 0 * * MON,,FRI",
        &expect![
            "bad cron expression `0 0 0 * * MON,,FRI`: a comma too many in the days of the week; write 0 to 7 or SUN to SAT, such as `1`, `*` or `MON-FRI`"
        ],
    );
    wrong(
        "0 0 17-9 * * *",
        &expect![
            "bad cron expression `0 0 17-9 * * *`: `17-9` in the hours ends before it begins; write the smaller number first, or two ranges with a comma"
        ],
    );
    wrong(
        "0 */0 * * * *",
        &expect![
            "bad cron expression `0 */0 * * * *`: `*/0` in the minutes has no step that fits; write one from 1 to 59"
        ],
    );
    wrong(
        "0 0 0 31 FEB,APR *",
        &expect![
            "bad cron expression `0 0 0 31 FEB,APR *`: none of its months has such a day; write a day that comes, such as `1` or `L` for the last"
        ],
    );
    wrong(
        "0 0 0 ? * *",
        &expect![
            "bad cron expression `0 0 0 ? * *`: `?` cannot stand in the days of the month; write 1 to 31 or `L` for the last, such as `1`, `*` or `1,15`"
        ],
    );
    wrong(
        "0 ä * * * *",
        &expect![
            "bad cron expression `0 ä * * * *`: `ä` cannot stand in the minutes; write 0 to 59, such as `30`, `*/5` or `0,15`"
        ],
    );
}

fn wall(expression: &str, now: &str) -> Wall {
    let cron: Cron = expression.parse().unwrap();
    cron.begin(time(now)).unwrap()
}

#[test]
fn times_that_pass_during_a_run_are_skipped() {
    let mut wall = wall("0 */5 * * * *", "2026-01-01T12:01:00Z");
    assert_eq!(
        wall.next(time("2026-01-01T12:01:00Z")),
        Some(time("2026-01-01T12:05:00Z"))
    );
    assert_eq!(wall.end(time("2026-01-01T12:17:00Z")), 2);
    assert_eq!(
        wall.next(time("2026-01-01T12:17:00Z")),
        Some(time("2026-01-01T12:20:00Z"))
    );
    // One at which the run ends is not.
    assert_eq!(wall.end(time("2026-01-01T12:25:00Z")), 0);
    assert_eq!(
        wall.next(time("2026-01-01T12:25:00Z")),
        Some(time("2026-01-01T12:25:00Z"))
    );
}

#[test]
fn a_clock_that_is_set_forward_has_one_run_and_skips_the_others() {
    let mut wall = wall("0 0 * * * *", "2026-01-01T12:30:00Z");
    wall.next(time("2026-01-01T12:30:00Z"));
    let later = time("2026-01-01T16:30:00Z");
    assert_eq!(wall.next(later), Some(time("2026-01-01T13:00:00Z")));
    assert_eq!(wall.end(later), 3);
    assert_eq!(wall.next(later), Some(time("2026-01-01T17:00:00Z")));
}

#[test]
fn a_clock_that_is_set_back_a_little_repeats_nothing() {
    let mut wall = wall("0 0 13 * * *", "2026-01-01T12:30:00Z");
    wall.next(time("2026-01-01T13:00:00Z"));
    wall.end(time("2026-01-01T13:00:01Z"));
    let back = time("2026-01-01T12:59:58Z");
    assert_eq!(wall.next(back), Some(time("2026-01-02T13:00:00Z")));
}

#[test]
fn a_clock_that_is_set_back_by_hours_goes_on_from_there() {
    let mut wall = wall("0 0 * * * *", "2026-01-01T12:30:00Z");
    wall.next(time("2026-01-01T13:00:00Z"));
    wall.end(time("2026-01-01T13:00:01Z"));
    let back = time("2026-01-01T08:30:00Z");
    assert_eq!(wall.next(back), Some(time("2026-01-01T09:00:00Z")));
}

#[test]
fn more_than_can_be_counted_ends_somewhere() {
    let mut wall = wall("* * * * * *", "2026-01-01T00:00:00Z");
    wall.next(time("2026-01-01T00:00:00Z"));
    let later = time("2026-03-01T00:00:00Z");
    assert_eq!(wall.skip(later), super::COUNTED);
    assert!(wall.next(later).unwrap() >= later);
}

#[test]
fn an_unknown_zone_is_told() {
    let error = Cron::new("0 0 0 * * *")
        .tz("Europe/Berln")
        .begin(time("2026-01-01T00:00:00Z"));
    let expected =
        "unknown time zone `Europe/Berln`; write a name such as `Europe/Berlin`, or `UTC`";
    assert_eq!(error.unwrap_err().to_string(), expected);
}
