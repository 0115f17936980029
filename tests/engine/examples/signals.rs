use lifecycle::engine::{Input, SecondSigterm};

use super::{HANGS, SIGINT, SIGTERM, STUCK, Story, story};
use crate::case::{Work, ms};

/// A service whose stop hook takes three seconds, over a resource with cleanups of 100 ms.
fn app() -> Story {
    story()
        .resource("db", &[], |c| c.code.cleanup = Some(Work::ok(100)))
        .service("api", &["db"], |c| c.code.stop = Some(Work::ok(3_000)))
}

#[test]
fn the_first_signal_stops_the_app_with_success() {
    for signal in [SIGINT, SIGTERM] {
        app()
            .at(1_000, signal)
            .tell()
            .only(
                &["drain", "finish"],
                &["1000 drain api", "4000 drain db", "4100 finish"],
            )
            .exits(0);
    }
}

#[test]
fn sigint_skips_the_drain_delay_and_sigterm_waits() {
    for (signal, at) in [(SIGINT, "1000 drain api"), (SIGTERM, "3000 drain api")] {
        let told = app()
            .limits(|limits| limits.drain_delay = ms(2_000))
            .at(1_000, signal)
            .tell();
        told.only(&["drain api"], &[at]).exits(0);
    }
}

#[test]
fn sigint_ends_the_drain_delay_of_a_shutdown_that_somebody_asked_for() {
    let told = app()
        .limits(|limits| limits.drain_delay = ms(2_000))
        .at(1_000, Input::Shutdown)
        .at(1_500, SIGINT)
        .tell();
    told.only(&["forced", "drain api"], &["1500 drain api"])
        .exits(0);
}

#[test]
fn the_second_sigint_aborts_and_still_cleans() {
    let told = app().at(1_000, SIGINT).at(2_000, SIGINT).tell();
    told.only(
        &["forced", "abort", "clean", "finish"],
        &[
            "2000 forced",
            "2000 abort db",
            "2000 abort api",
            "2000 clean api",
            "2000 abort db",
            "2000 clean db",
            "2100 finish",
        ],
    );
    told.exits(130);
}

#[test]
fn what_is_forced_and_stays_is_given_up() {
    let told = story()
        .service("api", &[], |c| c.code.run = Some(STUCK))
        .at(1_000, SIGINT)
        .at(2_000, SIGINT)
        .tell();
    told.only(
        &["abort", "give up", "finish"],
        &["2000 abort api", "2500 give up api", "2500 finish"],
    )
    .exits(130);
}

#[test]
fn the_third_signal_leaves_the_process() {
    let told = story()
        .service("api", &[], |c| c.code.run = Some(STUCK))
        .at(1_000, SIGINT)
        .at(2_000, SIGINT)
        .at(2_300, SIGINT)
        .tell();
    told.only(&["forced", "exit"], &["2000 forced", "2300 exit"])
        .exits(130);
}

#[test]
fn a_second_sigterm_is_ignored_unless_it_shall_force() {
    let told = app().at(1_000, SIGTERM).at(2_000, SIGTERM).tell();
    told.only(
        &["ignored", "forced", "finish"],
        &["2000 ignored", "4100 finish"],
    )
    .exits(0);
    let told = app()
        .limits(|limits| limits.second_sigterm = SecondSigterm::Force)
        .at(1_000, SIGTERM)
        .at(2_000, SIGTERM)
        .tell();
    told.only(
        &["ignored", "forced", "finish"],
        &["2000 forced", "2100 finish"],
    )
    .exits(143);
}

#[test]
fn a_signal_during_load_cancels_the_load() {
    let told = story()
        .resource("settings", &[], |c| c.code.load = Some(HANGS))
        .at(1_000, SIGTERM)
        .tell();
    told.only(
        &["abort", "start", "finish"],
        &["1000 abort settings", "1000 finish"],
    )
    .exits(0);
}

#[test]
fn a_signal_during_start_cancels_and_rolls_back() {
    let told = story()
        .resource("db", &[], |_| {})
        .resource("slow", &["db"], |c| c.code.starts = vec![HANGS])
        .service("api", &["slow"], |_| {})
        .at(1_000, SIGINT)
        .tell();
    told.only(
        &["start", "abort", "stop", "clean", "finish"],
        &[
            "0 start db",
            "10 start slow",
            "1000 abort slow",
            "1000 clean slow",
            "1000 stop db",
            "1000 clean db",
            "1000 finish",
        ],
    );
    told.exits(0);
}

#[test]
fn a_second_sigint_during_rollback_forces() {
    let told = story()
        .resource("db", &[], |c| c.code.stop = Some(HANGS))
        .resource("slow", &["db"], |c| c.code.starts = vec![HANGS])
        .at(1_000, SIGINT)
        .at(1_200, SIGINT)
        .tell();
    told.only(
        &["stop", "forced", "clean", "finish"],
        &[
            "1000 clean slow",
            "1000 stop db",
            "1200 forced",
            "1200 clean db",
            "1200 finish",
        ],
    );
    told.exits(130);
}

#[test]
fn the_first_signal_of_a_shutdown_that_goes_on_is_ignored_and_the_second_forces() {
    let told = app()
        .at(1_000, Input::Shutdown)
        .at(2_000, SIGINT)
        .at(2_100, SIGINT)
        .tell();
    told.only(&["ignored", "forced"], &["2000 ignored", "2100 forced"])
        .exits(130);
}
