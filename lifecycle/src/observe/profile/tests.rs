use std::time::Duration;

use expect_test::{Expect, expect};

use super::table::{longest, percent};
use super::{Needs, StartProfile, StartTimes, Stop, StopProfile, StopTimes};
use crate::plan::{Edge, EdgeKind};

pub(super) const fn ms(count: u64) -> Duration {
    Duration::from_millis(count)
}

/// What a component does in a test: its name, whom it waits for, and its times in milliseconds.
type Starts<'a> = (&'a str, &'a [u32], [u64; 3]);

fn needs<'a>(all: impl Iterator<Item = &'a [u32]>) -> Needs {
    let edges: Vec<Vec<Edge>> = all
        .map(|all| {
            let hard = |to: &u32| Edge {
                to: *to,
                kind: EdgeKind::Hard,
            };
            all.iter().map(hard).collect()
        })
        .collect();
    Needs::new(edges.iter().map(Vec::as_slice))
}

/// Each with when its wait began, when its start hook was called, and when it was up.
pub(super) fn start(all: &[Starts<'_>], failed: &[usize], total: u64) -> StartProfile {
    let times = all.iter().enumerate().map(|(index, (_, _, times))| {
        let [since, starting, end] = times.map(ms);
        Some(StartTimes {
            since,
            starting,
            end,
            failed: failed.contains(&index),
        })
    });
    let times: Vec<_> = times.collect();
    let needs = needs(all.iter().map(|(_, needs, _)| *needs));
    StartProfile::new(&times, &needs, |index| all[index].0, ms(total))
}

/// The start of a shop.
///
/// ```text
/// settings 10 -- database 50 -- catalog 20 --+
///       +------- cache 5 -------------------+-- api 1
/// ```
pub(super) fn shop() -> StartProfile {
    start(
        &[
            ("settings", &[], [0, 0, 10]),
            ("database", &[0], [0, 10, 60]),
            ("cache", &[0], [0, 10, 15]),
            ("catalog", &[1], [0, 60, 80]),
            ("api", &[2, 3], [0, 80, 81]),
        ],
        &[],
        81,
    )
}

fn path(profile: &StartProfile) -> Vec<(&str, u128)> {
    let steps = profile.critical_path.iter();
    steps
        .map(|step| (step.name.as_str(), step.took.as_millis()))
        .collect()
}

fn held_by(profile: &StartProfile) -> Vec<(&str, Option<&str>)> {
    let rows = profile.rows.iter();
    rows.map(|row| (row.name.as_str(), row.waited_for.as_deref()))
        .collect()
}

#[track_caller]
fn check(actual: &str, expected: Expect) {
    expected.assert_eq(actual);
}

// ===== start =====

#[test]
fn the_critical_path_leads_back_over_who_came_up_last() {
    let profile = shop();
    assert_eq!(
        path(&profile),
        [
            ("settings", 10),
            ("database", 50),
            ("catalog", 20),
            ("api", 1)
        ]
    );
    assert_eq!(
        held_by(&profile),
        [
            ("settings", None),
            ("cache", Some("settings")),
            ("database", Some("settings")),
            ("catalog", Some("database")),
            ("api", Some("catalog")),
        ]
    );
    let shares: f64 = profile.critical_path.iter().map(|step| step.share).sum();
    assert!((shares - 1.0).abs() < 1e-9, "{shares}");
    assert_eq!(profile.serial(), ms(86));
    assert!((profile.parallelism() - 86.0 / 81.0).abs() < 1e-9);
}

#[test]
fn the_wait_in_line_for_a_place_counts_for_who_had_to_stand_in_it() {
    // Only one may start at a time: `b` could from 10 on, and was let at 30.
    let all: [Starts<'_>; 3] = [
        ("base", &[], [0, 0, 10]),
        ("a", &[0], [0, 10, 30]),
        ("b", &[0], [0, 30, 35]),
    ];
    let profile = start(&all, &[], 35);
    assert_eq!(path(&profile), [("base", 10), ("b", 25)]);
    assert_eq!(profile.rows[2].waited, ms(30));
}

#[test]
fn who_failed_and_was_gone_without_held_others_up_all_the_same() {
    let all: [Starts<'_>; 3] = [
        ("fast", &[], [0, 0, 1]),
        ("flaky", &[], [0, 0, 40]),
        ("api", &[0, 1], [0, 40, 41]),
    ];
    let profile = start(&all, &[1], 41);
    assert_eq!(path(&profile), [("flaky", 40), ("api", 1)]);
    assert!(profile.rows[1].failed && profile.rows[1].critical);
    assert!(!profile.rows[0].failed && !profile.rows[0].critical);
}

#[test]
fn what_came_later_is_no_part_of_the_start() {
    let all: [Starts<'_>; 2] = [("base", &[], [0, 0, 10]), ("late", &[0], [500, 500, 520])];
    let profile = start(&all, &[], 10);
    assert_eq!(path(&profile), [("base", 10)]);
    assert_eq!(profile.serial(), ms(10));
    let late = &profile.rows[1];
    assert_eq!(
        (late.since, late.waited, late.worked),
        (ms(500), ms(0), ms(20))
    );
    assert_eq!(late.waited_for, None, "it found `base` up");
}

#[test]
fn a_start_that_took_no_time_has_no_shares() {
    let profile = start(&[("a", &[], [0, 0, 0]), ("b", &[0], [0, 0, 0])], &[], 0);
    assert_eq!(path(&profile), [("a", 0), ("b", 0)]);
    assert!(profile.critical_path.iter().all(|step| step.share == 0.0));
    assert_eq!(profile.parallelism(), 1.0);
    let none = start(&[], &[], 0);
    assert!(none.rows.is_empty() && none.critical_path.is_empty());
}

#[test]
fn a_start_reads_like_this() {
    check(
        &shop().to_string(),
        expect![[r#"
          component  waited  worked  share  waited for
        * settings     0 us   10 ms   12 %
          cache       10 ms    5 ms         settings
        * database    10 ms   50 ms   62 %  settings
        * catalog     60 ms   20 ms   25 %  database
        * api         80 ms    1 ms    1 %  catalog
        everything was up after 81 ms; one after the other it would have been 86 ms: 1.1 at a time"#]],
    );
}

#[test]
fn a_long_start_shows_the_critical_path_and_the_longest() {
    let names: Vec<String> = (0..100).map(|index| format!("part\n{index}")).collect();
    let mut all: Vec<Starts<'_>> = vec![(
        "a name that is so long that nobody can read all of it",
        &[],
        [0, 0, 2],
    )];
    for (name, took) in names.iter().zip(0..) {
        all.push((name, &[0], [0, 2, 2 + took]));
    }
    all.push(("main", &[100], [0, 101, 101]));
    check(
        &start(&all, &[7], 101).to_string(),
        expect![[r#"
          component                                 waited  worked  share  waited for
        * a name that is so lo… can read all of it    0 us    2 ms    2 %
          part\n82                                    2 ms   82 ms         a name that is so lo… can read all of it
          part\n83                                    2 ms   83 ms         a name that is so lo… can read all of it
          part\n84                                    2 ms   84 ms         a name that is so lo… can read all of it
          part\n85                                    2 ms   85 ms         a name that is so lo… can read all of it
          part\n86                                    2 ms   86 ms         a name that is so lo… can read all of it
          part\n87                                    2 ms   87 ms         a name that is so lo… can read all of it
          part\n88                                    2 ms   88 ms         a name that is so lo… can read all of it
          part\n89                                    2 ms   89 ms         a name that is so lo… can read all of it
          part\n90                                    2 ms   90 ms         a name that is so lo… can read all of it
          part\n91                                    2 ms   91 ms         a name that is so lo… can read all of it
          part\n92                                    2 ms   92 ms         a name that is so lo… can read all of it
          part\n93                                    2 ms   93 ms         a name that is so lo… can read all of it
          part\n94                                    2 ms   94 ms         a name that is so lo… can read all of it
          part\n95                                    2 ms   95 ms         a name that is so lo… can read all of it
          part\n96                                    2 ms   96 ms         a name that is so lo… can read all of it
          part\n97                                    2 ms   97 ms         a name that is so lo… can read all of it
          part\n98                                    2 ms   98 ms         a name that is so lo… can read all of it
        * part\n99                                    2 ms   99 ms   98 %  a name that is so lo… can read all of it
        * main                                      101 ms    0 us    0 %  part\n99
          and 82 more, none longer than 81 ms
        everything was up after 101 ms; one after the other it would have been 5.0 s: 49.0 at a time"#]],
    );
}

#[test]
fn a_critical_path_that_is_longer_than_the_table_is_counted() {
    let names: Vec<String> = (0..50).map(|index| format!("step {index}")).collect();
    let below: Vec<[u32; 1]> = (0..50)
        .map(|index: u32| [index.saturating_sub(1)])
        .collect();
    let mut all: Vec<Starts<'_>> = Vec::new();
    for (index, name) in names.iter().enumerate() {
        let needs = if index == 0 {
            &[][..]
        } else {
            &below[index][..]
        };
        let at = index as u64;
        all.push((name, needs, [0, at, at + 1]));
    }
    let text = start(&all, &[], 50).to_string();
    assert!(
        text.contains("and 30 more, none longer than 1 ms; 30 of them on the critical path"),
        "{text}"
    );
}

// ===== stop =====

/// Its times in milliseconds: told, stop hook, cleanups, end, limit.
type Stops<'a> = (&'a str, &'a [u32], [u64; 5]);

pub(super) fn stop(all: &[Stops<'_>], change: impl FnOnce(&mut Stop)) -> StopProfile {
    let times = all.iter().map(|(_, _, times)| {
        let [told, stop, cleanup, end, limit] = times.map(|at| Some(ms(at)));
        StopTimes {
            timeout: ms(5_000),
            told,
            stop,
            cleanup,
            end,
            limit,
            aborted: false,
            given_up: false,
        }
    });
    let mut stop = Stop {
        times: times.collect(),
        total: ms(all.iter().map(|(_, _, times)| times[3]).max().unwrap_or(0)),
        timeout: ms(25_000),
        ..Stop::default()
    };
    change(&mut stop);
    let needs = needs(all.iter().map(|(_, needs, _)| *needs));
    StopProfile::new(&stop, &needs, |index| all[index].0)
}

/// `settings` is needed by `database` and `mailer`, `database` by `api`.
pub(super) fn shop_stops() -> StopProfile {
    let all: [Stops<'_>; 4] = [
        ("settings", &[], [540, 540, 540, 540, 5_540]),
        ("database", &[0], [400, 410, 500, 540, 5_400]),
        ("mailer", &[0], [100, 300, 301, 302, 300]),
        ("api", &[1], [100, 300, 400, 400, 5_100]),
    ];
    stop(&all, |stop| {
        stop.drained = ms(100);
        stop.total = ms(600);
        stop.cleanups = ms(60);
        stop.times[2].aborted = true;
    })
}

#[test]
fn the_critical_path_of_a_stop_leads_from_the_top_down() {
    let profile = shop_stops();
    let path: Vec<_> = profile
        .critical_path
        .iter()
        .map(|step| (step.name.as_str(), step.took.as_millis()))
        .collect();
    assert_eq!(path, [("api", 300), ("database", 140), ("settings", 0)]);
    let shares: f64 = profile.critical_path.iter().map(|step| step.share).sum();
    assert!((shares - 440.0 / 600.0).abs() < 1e-9, "{shares}");
    let [mailer, api, database, settings] = &profile.rows[..] else {
        panic!("{profile}")
    };
    assert_eq!(
        [mailer, api, database, settings].map(|row| row.waited_for.as_deref()),
        [None, None, Some("api"), Some("database")]
    );
    assert_eq!(
        (database.quiesce, database.stop, database.cleanup),
        (ms(10), ms(90), ms(40))
    );
    assert_eq!((mailer.budget, mailer.took()), (Some(ms(200)), ms(202)));
    assert!(mailer.aborted && !mailer.critical);
    assert_eq!(profile.serial(), ms(202 + 300 + 140));
    assert!((profile.parallelism() - 642.0 / 600.0).abs() < 1e-9);
}

#[test]
fn what_the_stop_did_not_take_down_is_not_in_it() {
    let all: [Stops<'_>; 2] = [("was down", &[], [0; 5]), ("a", &[0], [0, 1, 2, 3, 9])];
    let profile = stop(&all, |stop| stop.times[0] = StopTimes::default());
    assert_eq!(profile.rows.len(), 1);
    assert_eq!(profile.critical_path.len(), 1);
}

#[test]
fn steps_that_were_left_out_took_no_time() {
    // Its start was cancelled, so there was nothing to stop.
    let profile = stop(&[("a", &[], [5, 0, 8, 9, 0])], |stop| {
        (stop.times[0].stop, stop.times[0].limit) = (None, None);
    });
    let row = &profile.rows[0];
    assert_eq!((row.quiesce, row.stop, row.cleanup), (ms(3), ms(0), ms(1)));
    assert_eq!((row.budget, row.timeout), (None, ms(5_000)));
}

#[test]
fn a_stop_reads_like_this() {
    check(
        &shop_stops().to_string(),
        expect![[r#"
              component  waited  quiesce    stop  cleanup  budget  share           waited for
              mailer     100 ms   200 ms    1 ms     1 ms  200 ms         aborted
            * api        100 ms   200 ms  100 ms        -     5 s   50 %
            * database   400 ms    10 ms   90 ms    40 ms     5 s   23 %           api
            * settings   540 ms        -       -        -     5 s    0 %           database
            everything was down after 600 ms of 25 s; one after the other it would have been 642 ms: 1.1 at a time
            of it the drain delay 100 ms, the app's own cleanups 60 ms"#]],
    );
}

// ===== tables =====

#[test]
fn those_on_the_critical_path_come_before_longer_ones() {
    let rows = [(false, 9), (true, 1), (false, 5), (false, 7), (true, 2)];
    let rows = rows.map(|(critical, took)| (critical, ms(took)));
    assert_eq!(longest(3, rows.into_iter()), [0, 1, 4]);
    assert_eq!(longest(1, rows.into_iter()), [4]);
    assert_eq!(longest(9, rows.into_iter()), [0, 1, 2, 3, 4]);
}

#[test]
fn a_share_that_is_there_is_not_zero() {
    let all = [0.0, 0.004, 0.01, 0.555, 1.0].map(percent);
    assert_eq!(all, ["0 %", "<1 %", "1 %", "56 %", "100 %"]);
}

#[cfg(feature = "serde")]
#[test]
fn profiles_are_data() {
    let start = serde_json::to_value(shop()).unwrap();
    assert_eq!(start["rows"][4]["waited_for"], "catalog");
    assert_eq!(start["critical_path"][1]["name"], "database");
    let stop = serde_json::to_value(shop_stops()).unwrap();
    assert_eq!(stop["rows"][0]["name"], "mailer");
    assert_eq!(stop["timeout"]["secs"], 25);
}
