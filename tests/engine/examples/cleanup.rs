//! The app's own cleanups: after all components, for as long as the shutdown may take.

use lifecycle::engine::{Ending, Input, Signal, exit};

use super::{HANGS, STUCK, Story, story};
use crate::case::{Work, ms};

const SEEN: [&str; 6] = ["down", "undo", "abandon", "forced", "finish", "phase ended"];

fn stops_in_20() -> Story {
    let story = story().resource("a", &[], |c| c.code.stop = Some(Work::ok(20)));
    story.at(100, Input::Shutdown)
}

#[test]
fn they_begin_when_all_is_down_and_the_app_ends_with_the_last_of_them() {
    let told = stops_in_20()
        .cleanup(Work::ok(30))
        .cleanup(Work::ok(70))
        .tell();
    told.only(
        &SEEN,
        &["120 down a", "120 undo", "190 phase ended", "190 finish"],
    )
    .exits(exit::SUCCESS);
}

#[test]
fn without_any_the_app_ends_at_once() {
    let told = stops_in_20().tell();
    told.only(
        &SEEN,
        &["120 down a", "120 undo", "120 phase ended", "120 finish"],
    )
    .exits(exit::SUCCESS);
}

#[test]
fn what_fails_in_one_has_its_exit_code() {
    for (end, code) in [(Ending::Error, exit::FAILED), (Ending::Panic, exit::PANIC)] {
        let failing = Work { end, ..Work::ok(5) };
        stops_in_20()
            .cleanup(failing)
            .cleanup(Work::ok(5))
            .tell()
            .exits(code);
    }
}

#[test]
fn they_have_what_remains_of_the_shutdown_and_the_last_call() {
    let story = stops_in_20().limits(|limits| limits.shutdown_timeout = ms(500));
    story
        .cleanup(HANGS)
        .cleanup(Work::ok(700))
        .tell()
        .only(
            &SEEN,
            &[
                "120 down a",
                "120 undo",
                "600 forced",
                "1600 abandon",
                "1600 phase ended",
                "1600 finish",
            ],
        )
        .exits(exit::OVERSTAYED);
}

#[test]
fn after_a_forced_end_they_have_what_remains_of_the_last_call() {
    let story = story().resource("a", &[], |c| c.code.stop = Some(HANGS));
    let story = story.at(100, Input::Signal(Signal::Interrupt));
    story
        .at(200, Input::Signal(Signal::Interrupt))
        .cleanup(Work::ok(300))
        .tell()
        .only(
            &SEEN,
            &[
                "200 forced",
                "200 down a",
                "200 undo",
                "500 phase ended",
                "500 finish",
            ],
        )
        .exits(exit::FORCED_BY_INTERRUPT);
}

#[test]
fn a_signal_while_they_run_gives_them_the_last_call() {
    let story = stops_in_20().at(110, Input::Signal(Signal::Interrupt));
    story
        .at(150, Input::Signal(Signal::Interrupt))
        .cleanup(HANGS)
        .tell()
        .only(
            &SEEN,
            &[
                "120 down a",
                "120 undo",
                "150 forced",
                "1150 abandon",
                "1150 phase ended",
                "1150 finish",
            ],
        )
        .exits(exit::FORCED_BY_INTERRUPT);
}

#[test]
fn none_begins_when_components_have_used_up_the_last_call() {
    let story = story().resource("a", &[], |c| c.code.cleanup = Some(STUCK));
    let story = story.at(100, Input::Signal(Signal::Interrupt));
    story
        .at(100, Input::Signal(Signal::Interrupt))
        .cleanup(Work::ok(0))
        .tell()
        .only(
            &SEEN,
            &[
                "100 forced",
                "1100 abandon",
                "1100 phase ended",
                "1100 finish",
            ],
        )
        .exits(exit::FORCED_BY_INTERRUPT);
}
