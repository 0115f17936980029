use expect_test::{Expect, expect};

use super::*;
use crate::plan::Kind;

fn one(name: &str, state: State, age: u64) -> ComponentStatus {
    ComponentStatus {
        age: Duration::from_secs(age),
        ..ComponentStatus::bare(name, Kind::Service, state)
    }
}

fn waiting(name: &str, state: State, waits_for: &[&str]) -> ComponentStatus {
    ComponentStatus {
        waits_for: waits_for.iter().map(ToString::to_string).collect(),
        ..one(name, state, 3)
    }
}

#[track_caller]
fn check(phase: Phase, components: Vec<ComponentStatus>, expected: &Expect) {
    let status = Status {
        app: "shop".to_owned(),
        phase,
        age: Duration::from_secs(3),
        components,
    };
    let rows = rows(&status);
    assert!(rows.len() < 10, "it fits a small terminal");
    let text: String = rows
        .iter()
        .map(|row| format!("{} {}\n", if row.busy { '|' } else { '.' }, row.text))
        .collect();
    expected.assert_eq(&text);
}

#[test]
fn those_that_are_busy_come_before_those_that_wait() {
    let migrating = ComponentStatus {
        note: Some("migrating 3/10".to_owned()),
        attempt: 2,
        ..one("Database", State::Starting, 3)
    };
    check(
        Phase::Starting,
        vec![
            one("Settings", State::Up, 3),
            one("Cache", State::Warming, 1),
            migrating,
            waiting("Api", State::Down, &["Database", "Cache"]),
            waiting("main", State::Down, &["Api"]),
        ],
        &expect![[r#"
            . shop is starting: 1 of 5 up
            | Database     3.0 s  migrating 3/10 (attempt 2)
            | Cache        1.0 s  warming up
            . Api       waits for Database, Cache
            . main      waits for Api
        "#]],
    );
}

#[test]
fn a_list_has_an_end() {
    let busy = (0..3).map(|i| one(&format!("busy {i}"), State::Starting, i));
    let waiting = (0..40).map(|i| waiting(&format!("idle {i}"), State::Down, &["busy 2"]));
    check(
        Phase::Starting,
        busy.chain(waiting).collect(),
        &expect![[r#"
            . shop is starting: 0 of 43 up
            | busy 2     2.0 s  starting
            | busy 1     1.0 s  starting
            | busy 0     0.0 s  starting
            . idle 0  waits for busy 2
            . idle 1  waits for busy 2
            . idle 2  waits for busy 2
            . idle 3  waits for busy 2
            . and 36 more wait
        "#]],
    );
    let busy = (0..30).map(|i| one(&format!("busy {i}"), State::Stopping, i));
    check(
        Phase::Stopping,
        busy.clone().collect(),
        &expect![[r#"
            . shop is stopping: 30 of 30 to go
            | busy 29      29 s  stopping
            | busy 28      28 s  stopping
            | busy 27      27 s  stopping
            | busy 26      26 s  stopping
            | busy 25      25 s  stopping
            | busy 24      24 s  stopping
            | busy 23      23 s  stopping
            . and 23 more are busy
        "#]],
    );
    let wait = self::waiting("base", State::Up, &["busy 3"]);
    check(
        Phase::Stopping,
        busy.chain([wait]).collect(),
        &expect![[r#"
            . shop is stopping: 31 of 31 to go
            | busy 3      3.0 s  stopping
            | busy 29      29 s  stopping
            | busy 28      28 s  stopping
            | busy 27      27 s  stopping
            | busy 26      26 s  stopping
            | busy 25      25 s  stopping
            | busy 24      24 s  stopping
            . and 23 more are busy, 1 more waits
        "#]],
    );
}

#[test]
fn eight_need_no_line_that_counts() {
    let busy = (0..8).map(|i| one(&format!("busy {i}"), State::Loading, 8 - i));
    check(
        Phase::Loading,
        busy.collect(),
        &expect![[r#"
            . shop is loading, 8 to go
            | busy 0     8.0 s  loading
            | busy 1     7.0 s  loading
            | busy 2     6.0 s  loading
            | busy 3     5.0 s  loading
            | busy 4     4.0 s  loading
            | busy 5     3.0 s  loading
            | busy 6     2.0 s  loading
            | busy 7     1.0 s  loading
        "#]],
    );
}

#[test]
fn a_long_name_moves_nobody_else() {
    check(
        Phase::Stopping,
        vec![
            one("a component whose name is a sentence", State::Quiescing, 61),
            ComponentStatus {
                age: Duration::from_millis(340),
                ..one("b", State::Cleaning, 0)
            },
        ],
        &expect![[r#"
            . shop is stopping: 2 of 2 to go
            | a component whose name..  1 min 1 s  finishing its work
            | b                            0.3 s  cleaning up
        "#]],
    );
}

#[test]
fn with_nobody_to_show_there_is_one_line() {
    check(
        Phase::Draining,
        vec![one("Api", State::Up, 3)],
        &expect![[r#"
            . shop is draining
        "#]],
    );
    check(
        Phase::Cleaning,
        vec![],
        &expect![[r#"
            . shop is cleaning up
        "#]],
    );
}
