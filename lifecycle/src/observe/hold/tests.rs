use expect_test::{Expect, expect};

use super::*;
use crate::plan::Kind;

fn secs(count: u64) -> Duration {
    Duration::from_secs(count)
}

/// A component in this state for so many seconds.
fn one(name: &str, state: State, age: u64) -> ComponentStatus {
    ComponentStatus {
        age: secs(age),
        ..ComponentStatus::bare(name, Kind::Service, state)
    }
}

fn waiting(name: &str, state: State, waits_for: &[&str]) -> ComponentStatus {
    ComponentStatus {
        waits_for: waits_for.iter().map(ToString::to_string).collect(),
        ..one(name, state, 20)
    }
}

#[track_caller]
fn check(phase: Phase, components: Vec<ComponentStatus>, expected: &Expect) {
    let status = Status {
        app: "shop".to_owned(),
        phase,
        age: secs(20),
        components,
    };
    let line = Hold::of(&status).line(secs(20));
    expected.assert_eq(&line.unwrap_or_else(|| "nothing".to_owned()));
}

#[test]
fn the_culprit_comes_first_and_then_those_that_wait() {
    let database = ComponentStatus {
        left: Some(secs(12)),
        note: Some("migrating 3/10".to_owned()),
        attempt: 1,
        ..one("Database", State::Starting, 18)
    };
    let components = vec![
        one("Settings", State::Up, 20),
        one("Cache", State::Starting, 20),
        database,
        waiting("Api", State::Down, &["Database", "Cache"]),
        waiting("Mailer", State::Down, &["Database"]),
        waiting("main", State::Down, &["Api"]),
    ];
    check(
        Phase::Starting,
        components,
        &expect![
            "still starting after 20 s: Database is starting (18 s, 12 s left): migrating 3/10; Cache is starting (20 s); Api waits for Database, Cache; Mailer waits for Database; main waits for Api"
        ],
    );
}

#[test]
fn what_is_between_two_attempts_holds_up_a_start() {
    let retrying = ComponentStatus {
        attempt: 3,
        left: None,
        ..one("Database", State::Retrying, 4)
    };
    check(
        Phase::Starting,
        vec![retrying, waiting("Api", State::Down, &["Database"])],
        &expect![
            "still starting after 20 s: Database is waiting to retry (4 s, attempt 3); Api waits for Database"
        ],
    );
}

#[test]
fn one_that_stands_in_line_waits_for_its_turn() {
    check(
        Phase::Starting,
        vec![one("a", State::Starting, 20), one("b", State::Queued, 20)],
        &expect!["still starting after 20 s: a is starting (20 s); b waits for its turn"],
    );
}

#[test]
fn a_line_has_an_end_however_many_there_are() {
    let busy = (0..12).map(|i| one(&format!("busy {i}"), State::Starting, 20 - i));
    let waiting = (0..400).map(|i| {
        let needs = ["busy 1", "busy 2", "busy 3", "busy 4", "busy 5"];
        waiting(&format!("idle {i}"), State::Down, &needs)
    });
    check(
        Phase::Starting,
        busy.chain(waiting).collect(),
        &expect![
            "still starting after 20 s: busy 1 is starting (19 s); busy 2 is starting (18 s); busy 3 is starting (17 s); busy 4 is starting (16 s); busy 5 is starting (15 s); 7 more are busy; idle 0 waits for busy 1, busy 2, busy 3 and 2 more; idle 1 waits for busy 1, busy 2, busy 3 and 2 more; idle 2 waits for busy 1, busy 2, busy 3 and 2 more; 397 more wait"
        ],
    );
}

#[test]
fn names_and_notes_are_cut_and_stay_on_one_line() {
    let wild = ComponentStatus {
        note: Some(format!(
            "line one\nline two \u{1b}[31m{}",
            "x".repeat(9_000)
        )),
        ..one(&"n".repeat(100), State::Loading, 3)
    };
    check(
        Phase::Loading,
        vec![wild],
        &expect![
            "still loading after 20 s: nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn.. is loading (3 s): line one line two  [31mxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx.."
        ],
    );
}

#[test]
fn a_stop_names_who_does_not_end() {
    check(
        Phase::Stopping,
        vec![
            waiting("Settings", State::Up, &["Database"]),
            waiting("Database", State::Up, &["Api"]),
            one("Api", State::Quiescing, 20),
            one("Mailer", State::Stopping, 1),
            one("Lost", State::GivenUp, 9),
        ],
        &expect![
            "still stopping after 20 s: Api is finishing its work (20 s); Mailer is stopping (1 s); Database waits for Api; Settings waits for Database"
        ],
    );
}

#[test]
fn the_last_ones_are_the_cleanups_of_the_app() {
    check(
        Phase::Cleaning,
        vec![one("Settings", State::Down, 20)],
        &expect!["still cleaning up after 20 s: the app's own cleanups run"],
    );
}

#[test]
fn while_the_app_runs_only_what_moves_is_told() {
    check(
        Phase::Running,
        vec![
            one("Database", State::Starting, 20),
            waiting("Api", State::Down, &["Database"]),
            one("Feed", State::Restarting, 40),
        ],
        &expect!["held up for 20 s: Database is starting (20 s); Api waits for Database"],
    );
    check(
        Phase::Running,
        vec![
            one("Api", State::Up, 20),
            one("Feed", State::Restarting, 40),
        ],
        &expect!["nothing"],
    );
    check(
        Phase::Draining,
        vec![one("Api", State::Up, 20)],
        &expect!["nothing"],
    );
}

#[test]
fn times_are_said_as_people_say_them() {
    let text = |time| Whole(time).to_string();
    assert_eq!(text(Duration::from_millis(900)), "900 ms");
    assert_eq!(text(Duration::from_millis(19_999)), "20 s");
    assert_eq!(text(secs(59)), "59 s");
    assert_eq!(text(secs(60)), "1 min");
    assert_eq!(text(secs(605)), "10 min 5 s");
}
