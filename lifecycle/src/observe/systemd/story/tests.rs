use std::time::Duration;

use super::{Story, Turn};
use crate::engine::{Change, Phase};
use crate::health::Health;

const LEFT: Option<Duration> = Some(Duration::from_secs(30));

/// An app that starts, and has told that.
fn starting() -> Story {
    let mut story = Story {
        phase: Phase::Starting,
        ..Story::default()
    };
    story.note("db", "1/10");
    let message = story.message(LEFT).expect("there was a note");
    story.told(message);
    assert_eq!(story.message(LEFT), None, "all is told");
    story
}

#[test]
fn progress_while_a_message_is_sent_asks_for_time_with_the_next_one() {
    let mut story = starting();
    story.note("db", "2/10");
    let message = story.message(LEFT).expect("there was a note");
    // The same words: nothing but the sign of life is new.
    story.note("db", "2/10");
    story.told(message);
    let next = story.message(LEFT).expect("there was one more");
    assert_eq!((next.status, next.turn), (None, None));
    assert_eq!(next.extend, Some(Duration::from_secs(35)));
}

#[test]
fn a_message_that_is_lost_asks_for_time_again() {
    let mut story = starting();
    story.note("db", "2/10");
    story.turns.push_back(Turn::Ready);
    let message = story.message(LEFT).expect("there was a note");
    assert!(message.extend.is_some());
    story.lost(&message);
    assert_eq!(story.message(LEFT), Some(message));
}

#[test]
fn the_line_says_how_bad_it_is_and_who_comes_first() {
    let mut story = Story {
        phase: Phase::Running,
        ..Story::default()
    };
    let mut is = |change: &dyn Fn(&mut Story), words: &str| {
        change(&mut story);
        assert_eq!(story.words(), words);
    };
    is(&|_| {}, "running");
    let hint = |story: &mut Story| story.health("b", &Health::hint("3 s behind"));
    is(&hint, "hint: b: 3 s behind");
    let warning = |story: &mut Story| story.health("c", &Health::warning("disk is full"));
    is(&warning, "warning: c: disk is full, and 1 more");
    let unhealthy = |story: &mut Story| story.health("d", &Health::unhealthy("no route"));
    is(&unhealthy, "unhealthy: d: no route, and 2 more");
    is(
        &|story| story.component("d", Change::Down),
        "warning: c: disk is full, and 1 more",
    );
    is(
        &|story| story.component("d", Change::Up),
        "unhealthy: d: no route, and 2 more",
    );
    is(
        &|story| {
            story.failed.insert("e".to_owned());
        },
        "component failed: e, and 3 more",
    );
}
