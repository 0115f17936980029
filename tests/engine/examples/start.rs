use lifecycle::engine::Input;
use lifecycle::plan::{Ready, Stage};

use super::{HANGS, STUCK, fails, panics, story};
use crate::case::{OnAbort, Work, ms};

#[test]
fn each_starts_the_moment_its_last_dependency_is_up() {
    let told = story()
        .resource("settings", &[], |_| {})
        .resource("db", &["settings"], |c| c.code.starts = vec![Work::ok(200)])
        .resource("cache", &["settings"], |c| {
            c.code.starts = vec![Work::ok(50)]
        })
        .service("api", &["db", "cache"], |_| {})
        .tell();
    told.only(
        &["start"],
        &[
            "0 start settings",
            "10 start db",
            "10 start cache",
            "210 start api",
        ],
    )
    .exits(0);
}

#[test]
fn no_start_before_every_load_hook_has_returned() {
    let told = story()
        .resource("settings", &[], |c| c.code.load = Some(Work::ok(30)))
        .resource("db", &[], |_| {})
        .tell();
    told.only(
        &["load", "start"],
        &["0 load settings", "30 start settings", "30 start db"],
    );
}

#[test]
fn all_load_failures_are_known_before_the_app_ends() {
    let told = story()
        .resource("one", &[], |c| c.code.load = Some(fails(10)))
        .resource("two", &[], |c| c.code.load = Some(panics(500)))
        .tell();
    told.only(
        &["failed", "start", "because"],
        &[
            "10 failed one",
            "500 failed two",
            "500 because LoadFailed(0)",
        ],
    );
    told.exits(78);
}

#[test]
fn a_shutdown_during_load_does_not_hide_a_load_failure() {
    let told = story()
        .resource("one", &[], |c| c.code.load = Some(fails(10)))
        .resource("two", &[], |c| c.code.load = Some(HANGS))
        .at(100, Input::Shutdown)
        .tell();
    told.only(
        &["because", "abort"],
        &["100 because LoadFailed(0)", "100 abort two"],
    )
    .exits(78);
}

#[test]
fn a_failed_start_rolls_back_in_reverse_order() {
    let told = story()
        .resource("settings", &[], |_| {})
        .resource("db", &["settings"], |c| c.code.stop = Some(Work::ok(40)))
        .service("api", &["db"], |c| c.code.starts = vec![fails(5)])
        .resource("never", &["api"], |_| {})
        .tell();
    told.only(
        &["stop", "clean", "down", "start never"],
        &[
            "25 clean api",
            "25 down api",
            "25 stop db",
            "65 clean db",
            "65 down db",
            "65 stop settings",
            "65 clean settings",
            "65 down settings",
        ],
    );
    told.exits(69);
}

#[test]
fn starts_in_flight_are_cancelled_when_another_fails() {
    let told = story()
        .resource("bad", &[], |c| c.code.starts = vec![panics(100)])
        .resource("slow", &[], |c| c.code.starts = vec![HANGS])
        .tell();
    told.only(
        &["abort", "stop", "clean", "give up"],
        &["100 abort slow", "100 clean bad", "100 clean slow"],
    );
    told.exits(70);
}

#[test]
fn a_cancelled_start_that_succeeds_all_the_same_is_stopped() {
    let told = story()
        .service("api", &[], |c| {
            c.code.starts = vec![Work {
                on_abort: OnAbort::Drops(50),
                ..Work::ok(110)
            }]
        })
        .at(100, Input::Shutdown)
        .tell();
    told.only(
        &["abort", "run", "drain", "stop", "clean", "up"],
        &[
            "100 abort api",
            "110 drain api",
            "110 stop api",
            "110 clean api",
        ],
    );
    told.exits(0);
}

#[test]
fn a_start_that_succeeds_after_its_time_is_stopped_and_failed() {
    let told = story()
        .service("api", &[], |c| {
            c.policy.start_timeout = ms(100);
            c.code.starts = vec![Work {
                on_abort: OnAbort::Drops(50),
                ..Work::ok(110)
            }];
        })
        .tell();
    told.only(
        &["abort", "run", "up", "failed", "stop"],
        &["100 abort api", "110 failed api", "110 stop api"],
    );
    told.exits(69);
}

#[test]
fn a_start_that_ignores_its_abort_is_given_up() {
    let told = story()
        .resource("stuck", &[], |c| {
            c.policy.start_timeout = ms(2_000);
            c.code.starts = vec![STUCK];
        })
        .tell();
    told.only(
        &["abort", "give up", "clean"],
        &["2000 abort stuck", "2500 give up stuck"],
    )
    .exits(69);
}

#[test]
fn an_optional_dependency_is_waited_for_and_not_needed() {
    let told = story()
        .resource("cache", &[], |c| {
            c.policy.optional = true;
            c.code.starts = vec![fails(300)];
        })
        .resource("lean", &["cache"], |c| c.policy.optional = true)
        .service("api", &["?cache"], |_| {})
        .tell();
    told.only(
        &["start", "failed", "up"],
        &[
            "0 start cache",
            "300 failed cache",
            "300 start api",
            "310 up api",
        ],
    );
    told.exits(0);
}

#[test]
fn a_late_dependency_gives_no_order_in_either_direction() {
    let told = story()
        .service("bus", &[], |c| c.code.starts = vec![Work::ok(100)])
        .service("api", &["~bus"], |c| c.code.run = Some(Work::runs(70)))
        .tell();
    told.only(
        &["start", "drain"],
        &[
            "0 start bus",
            "0 start api",
            "100 drain api",
            "100 drain bus",
        ],
    );
}

#[test]
fn what_a_late_dependency_needs_is_required_too() {
    let told = story()
        .service("api", &[], |_| {})
        .resource("store", &[], |c| c.code.starts = vec![fails(50)])
        .resource("bus", &["store"], |_| {})
        .service("admin", &["?bus"], |c| c.policy.optional = true)
        .late("api", "bus")
        .tell();
    told.only(
        &["because"],
        &["50 because StartFailed(1, Failure { stage: Start, kind: Error })"],
    )
    .exits(69);
}

#[test]
fn with_explicit_readiness_dependents_wait_for_it() {
    let told = story()
        .service("broker", &[], |c| {
            c.policy.ready = Ready::Explicit;
            c.code.ready = Some(500);
        })
        .resource("client", &["broker"], |_| {})
        .tell();
    told.only(
        &["run", "up", "start client"],
        &[
            "10 run broker",
            "510 up broker",
            "510 start client",
            "520 up client",
        ],
    );
}

#[test]
fn ending_before_ready_is_a_failed_start() {
    for (run, code) in [(Work::ok(100), 69), (fails(100), 69), (panics(100), 70)] {
        let told = story()
            .service("broker", &[], |c| {
                c.policy.ready = Ready::Explicit;
                c.code.run = Some(run);
            })
            .resource("client", &["broker"], |_| {})
            .tell();
        told.only(
            &["failed", "start", "stop"],
            &["0 start broker", "110 failed broker", "110 stop broker"],
        )
        .exits(code);
    }
}

#[test]
fn never_ready_is_a_timeout_of_the_start() {
    let told = story()
        .service("broker", &[], |c| {
            c.policy.ready = Ready::Explicit;
            c.policy.start_timeout = ms(3_000);
        })
        .tell();
    told.only(
        &["failed", "drain", "abort"],
        &["3000 failed broker", "3000 drain broker"],
    )
    .exits(69);
}

#[test]
fn a_component_whose_task_fails_while_it_starts_is_cancelled() {
    let told = story()
        .resource("db", &[], |c| {
            c.code.starts = vec![HANGS];
            c.code.tasks = vec![(Stage::Start, panics(20))];
            c.policy.retry = 3;
        })
        .tell();
    told.only(
        &["start", "abort", "failed", "stop", "clean"],
        &["0 start db", "20 failed db", "20 abort db", "20 clean db"],
    );
    told.exits(70);
}
