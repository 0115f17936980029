use lifecycle::engine::Input;

use super::{fails, story};
use crate::case::{Work, ms};

#[test]
fn a_start_is_tried_again_after_its_cleanups() {
    let told = story()
        .resource("db", &[], |c| {
            c.policy.retry = 2;
            c.policy.backoff.min = ms(0);
            c.policy.backoff.max = ms(0);
            c.code.starts = vec![fails(10), fails(20), Work::ok(30)];
            c.code.cleanup = Some(Work::ok(5));
        })
        .tell();
    told.only(
        &["start", "clean", "failed", "up"],
        &[
            "0 start db",
            "10 clean db",
            "15 start db",
            "35 clean db",
            "40 start db",
            "70 up db",
            "70 clean db",
        ],
    );
    told.exits(0);
}

#[test]
fn the_last_attempt_fails_for_good() {
    let told = story()
        .resource("db", &[], |c| {
            c.policy.retry = 2;
            c.policy.backoff.min = ms(0);
            c.policy.backoff.max = ms(0);
            c.code.starts = vec![fails(10)];
        })
        .tell();
    told.only(
        &["start", "failed", "stop"],
        &["0 start db", "10 start db", "20 start db", "30 failed db"],
    )
    .exits(69);
}

#[test]
fn a_shutdown_ends_the_wait_for_another_attempt() {
    let told = story()
        .resource("db", &[], |c| {
            c.policy.retry = 100;
            c.policy.backoff.min = ms(30_000);
            c.code.starts = vec![fails(10)];
        })
        .at(11, Input::Shutdown)
        .tell();
    told.only(
        &["start", "down", "finish", "failed"],
        &["0 start db", "11 down db", "11 finish"],
    )
    .exits(0);
}

#[test]
fn an_attempt_that_takes_too_long_is_tried_again_too() {
    let told = story()
        .resource("db", &[], |c| {
            c.policy.retry = 1;
            c.policy.start_timeout = ms(100);
            c.policy.backoff.min = ms(0);
            c.policy.backoff.max = ms(0);
            c.code.starts = vec![Work::ok(900), Work::ok(40)];
        })
        .tell();
    told.only(
        &["start", "abort", "up"],
        &["0 start db", "100 abort db", "100 start db", "140 up db"],
    )
    .exits(0);
}

#[test]
fn dependents_wait_through_the_attempts() {
    let told = story()
        .resource("db", &[], |c| {
            c.policy.retry = 1;
            c.policy.backoff.min = ms(0);
            c.policy.backoff.max = ms(0);
            c.code.starts = vec![fails(10), Work::ok(10)];
        })
        .resource("feed", &["?db"], |_| {})
        .service("api", &["db"], |_| {})
        .tell();
    told.only(
        &["start feed", "start api"],
        &["20 start feed", "20 start api"],
    );
}
