use lifecycle::engine::Input;
use lifecycle::plan::Stage;

use super::{fails, story};
use crate::case::{Work, ms};

#[test]
fn each_stops_the_moment_its_last_dependent_is_down() {
    let told = story()
        .resource("db", &[], |_| {})
        .resource("cache", &[], |_| {})
        .service("api", &["db", "cache"], |c| {
            c.code.stop = Some(Work::ok(100))
        })
        .service("jobs", &["db"], |c| c.code.stop = Some(Work::ok(300)))
        .at(1_000, Input::Shutdown)
        .tell();
    told.only(
        &["drain"],
        &[
            "1000 drain jobs",
            "1000 drain api",
            "1100 drain cache",
            "1300 drain db",
        ],
    )
    .exits(0);
}

#[test]
fn stop_waits_for_the_run_loop_and_the_tasks_and_cleanups_for_stop() {
    let told = story()
        .service("api", &[], |c| {
            c.code.run = Some(Work::runs(200));
            c.code.tasks = vec![(Stage::Run, Work::runs(350))];
            c.code.drain = Some(Work::ok(50));
            c.code.stop = Some(Work::ok(20));
            c.code.cleanup = Some(Work::ok(5));
        })
        .at(1_000, Input::Shutdown)
        .tell();
    told.only(
        &["drain", "stop", "clean", "down"],
        &[
            "1000 drain api",
            "1350 stop api",
            "1370 clean api",
            "1375 down api",
        ],
    );
}

#[test]
fn an_optional_dependent_that_goes_too_is_waited_for() {
    let told = story()
        .resource("cache", &[], |_| {})
        .service("api", &["?cache"], |c| c.code.stop = Some(Work::ok(100)))
        .at(1_000, Input::Shutdown)
        .tell();
    told.only(&["drain"], &["1000 drain api", "1100 drain cache"]);
}

#[test]
fn drain_delay_keeps_everything_up() {
    let told = story()
        .service("api", &[], |_| {})
        .limits(|limits| limits.drain_delay = ms(3_000))
        .at(1_000, Input::Shutdown)
        .tell();
    told.only(
        &["phase", "drain"],
        &[
            "0 phase loading",
            "0 phase starting",
            "10 phase running",
            "1000 phase draining",
            "4000 phase stopping",
            "4000 drain api",
            "4000 phase cleaning up",
            "4000 phase ended",
        ],
    );
}

#[test]
fn a_rollback_does_not_drain() {
    let told = story()
        .resource("db", &[], |_| {})
        .service("api", &["db"], |c| c.code.starts = vec![fails(10)])
        .limits(|limits| limits.drain_delay = ms(3_000))
        .tell();
    told.only(&["phase draining", "down"], &["20 down api", "20 down db"])
        .exits(69);
}

#[test]
fn a_failed_stop_goes_on_with_the_cleanups_and_the_order() {
    let told = story()
        .resource("db", &[], |_| {})
        .service("api", &["db"], |c| c.code.stop = Some(fails(30)))
        .at(1_000, Input::Shutdown)
        .tell();
    told.only(
        &["clean", "down"],
        &[
            "1030 clean api",
            "1030 down api",
            "1030 clean db",
            "1030 down db",
        ],
    )
    .exits(1);
}

#[test]
fn a_shutdown_asked_for_twice_is_one() {
    let told = story()
        .service("api", &[], |c| c.code.stop = Some(Work::ok(500)))
        .at(1_000, Input::Shutdown)
        .at(1_100, Input::Shutdown)
        .tell();
    told.only(
        &["because", "drain", "stop", "finish"],
        &[
            "1000 because Requested",
            "1000 drain api",
            "1000 stop api",
            "1500 finish",
        ],
    );
}
