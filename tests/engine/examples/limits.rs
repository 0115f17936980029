use lifecycle::engine::Input;
use lifecycle::plan::Stage;

use super::{HANGS, story};
use crate::case::{Work, ms};

#[test]
fn places_among_those_that_start_are_taken_in_order() {
    let told = story()
        .resource("a", &[], |_| {})
        .resource("b", &[], |c| c.code.starts = vec![Work::ok(30)])
        .resource("c", &[], |_| {})
        .resource("d", &[], |_| {})
        .limits(|limits| limits.max_concurrent_starts = 2)
        .tell();
    told.only(
        &["start", "queued"],
        &[
            "0 queued c",
            "0 queued d",
            "0 start a",
            "0 start b",
            "10 start c",
            "20 start d",
        ],
    );
}

#[test]
fn the_start_budget_ends_a_start_that_is_too_slow_in_all() {
    let told = story()
        .resource("a", &[], |c| c.code.starts = vec![Work::ok(4_000)])
        .resource("b", &["a"], |c| c.code.starts = vec![Work::ok(4_000)])
        .resource("c", &["b"], |c| c.code.starts = vec![Work::ok(4_000)])
        .limits(|limits| limits.start_budget = ms(10_000))
        .tell();
    told.only(
        &["because", "abort", "failed", "stop"],
        &[
            "10000 because StartBudget",
            "10000 failed c",
            "10000 abort c",
            "10000 stop b",
            "10000 stop a",
        ],
    );
    told.exits(69);
}

#[test]
fn the_start_budget_spares_an_app_that_waits_only_for_optional_components() {
    let told = story()
        .service("api", &[], |_| {})
        .resource("cache", &[], |c| {
            c.policy.optional = true;
            c.code.starts = vec![HANGS];
        })
        .limits(|limits| limits.start_budget = ms(10_000))
        .at(20_000, Input::Shutdown)
        .tell();
    told.only(
        &["phase running", "failed", "because"],
        &[
            "10000 failed cache",
            "10000 phase running",
            "20000 because Requested",
        ],
    );
    told.exits(0);
}

#[test]
fn extend_moves_the_limit_of_a_start_and_the_budget() {
    let told = story()
        .resource("db", &[], |c| {
            c.policy.start_timeout = ms(5_000);
            c.code.starts = vec![Work::ok(15_000)];
            c.code.extends = vec![(Stage::Start, 4_000, 5_000), (Stage::Start, 8_000, 8_000)];
        })
        .limits(|limits| limits.start_budget = ms(10_000))
        .tell();
    told.only(&["abort", "up", "failed"], &["15000 up db"])
        .exits(0);
}
