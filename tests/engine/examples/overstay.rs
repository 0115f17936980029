use lifecycle::engine::Input;

use super::{HANGS, STUCK, story};
use crate::case::{Work, ms};

#[test]
fn a_run_loop_that_refuses_is_aborted_and_still_stopped_and_cleaned() {
    let told = story()
        .service("api", &[], |c| {
            c.code.run = Some(HANGS);
            c.code.stop = Some(Work::ok(100));
        })
        .at(1_000, Input::Shutdown)
        .tell();
    told.only(
        &["drain", "overstayed", "abort", "stop", "clean", "down"],
        &[
            "1000 drain api",
            "6000 overstayed api",
            "6000 abort api",
            "6000 stop api",
            "6100 clean api",
            "6100 down api",
        ],
    );
    told.exits(75);
}

#[test]
fn token_then_abort_then_given_up_and_the_order_goes_on() {
    let told = story()
        .resource("db", &[], |_| {})
        .service("api", &["db"], |c| c.code.run = Some(STUCK))
        .at(1_000, Input::Shutdown)
        .tell();
    told.only(
        &["drain", "abort", "give up", "stop", "clean", "finish"],
        &[
            "1000 drain api",
            "6000 abort api",
            "6500 give up api",
            "6500 drain db",
            "6500 stop db",
            "6500 clean db",
            "6500 finish",
        ],
    );
    told.exits(75);
}

#[test]
fn after_an_overstay_the_rest_has_a_last_call() {
    let told = story()
        .service("api", &[], |c| {
            c.code.run = Some(HANGS);
            c.code.stop = Some(HANGS);
            c.code.cleanup = Some(Work::ok(400));
        })
        .at(1_000, Input::Shutdown)
        .tell();
    // The stop hook has one second, and the cleanups still half of one.
    told.only(
        &["abort", "stop", "clean", "down"],
        &[
            "6000 abort api",
            "6000 stop api",
            "7000 abort api",
            "7000 clean api",
            "7400 down api",
        ],
    );
}

#[test]
fn when_the_whole_time_is_up_all_is_aborted_and_cleaned() {
    let told = story()
        .resource("db", &[], |c| c.code.cleanup = Some(Work::ok(300)))
        .service("api", &["db"], |c| {
            c.policy.stop_timeout = ms(60_000);
            c.code.run = Some(STUCK);
        })
        .limits(|limits| {
            limits.shutdown_timeout = ms(2_000);
            limits.drain_delay = ms(5_000);
        })
        .at(1_000, Input::Shutdown)
        .tell();
    told.only(
        &["forced", "abort", "give up", "clean", "finish"],
        &[
            "3000 forced",
            "3000 abort db",
            "3000 abort api",
            "3000 abort api",
            "3500 give up api",
            "3500 abort db",
            "3500 clean db",
            "3800 finish",
        ],
    );
    told.exits(75);
}

#[test]
fn an_aborted_load_that_stays_is_given_up() {
    let told = story()
        .resource("settings", &[], |c| c.code.load = Some(STUCK))
        .at(1_000, Input::Shutdown)
        .tell();
    told.only(
        &["abort", "give up", "finish"],
        &[
            "1000 abort settings",
            "1500 give up settings",
            "1500 finish",
        ],
    );
    told.exits(75);
}
