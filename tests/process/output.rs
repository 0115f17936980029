//! What is printed, and what is not.

use std::process::Stdio;

use rustix::process::Signal;

use crate::child::Child;

#[test]
fn a_good_end_prints_nothing() {
    let ended = Child::start("plain run=ok").ends();
    assert_eq!(ended.code, Some(0));
    assert_eq!(ended.errors, "");
}

#[test]
fn a_bad_end_prints_its_report_on_standard_error() {
    let ended = Child::start("plain start=error").ends();
    assert_eq!(
        ended.errors,
        "victim ended with exit code 69: `Victim` failed to start\n  \
         error: `Victim` failed in start\n    \
         because: an error in start\n  \
         failed: Victim\n  \
         not started: main\n  \
         stopped: Base\n"
    );
}

#[test]
fn an_exit_code_that_was_asked_for_is_no_bad_end() {
    let ended = Child::start("plain main=exit_code").ends();
    assert_eq!((ended.code, &*ended.errors), (Some(42), ""));
}

#[test]
fn a_forced_end_prints_its_report() {
    let child = Child::start("plain stop=hang").says("main");
    let child = child.signal(Signal::INT).says("stop");
    let ended = child.signal(Signal::INT).ends();
    assert!(
        ended.errors.starts_with(
            "victim ended with exit code 130 while stopping (SIGINT)\n  the stop was cut short by SIGINT\n"
        ),
        "{ended:?}"
    );
}

#[test]
fn a_closed_standard_error_is_no_crash() {
    let ended = Child::start("plain start=error").deaf().ends();
    assert_eq!(ended.code, Some(69));
    let ended = Child::with("plain run=panic", Stdio::null()).ends();
    assert_eq!(ended.code, Some(70));
    let child = Child::start("plain").says("main").deaf();
    let child = child.signal(Signal::USR1).signal(Signal::TERM);
    assert_eq!(child.ends().code, Some(0));
}

#[test]
fn progress_without_a_terminal_and_without_a_log_is_plain_lines() {
    let ended = Child::start("configured progress=yes run=ok main=ok").ends();
    assert_eq!(ended.code, Some(0), "{ended:?}");
    let lines: Vec<&str> = ended.errors.lines().collect();
    let [starting, up, stopping, down] = lines[..] else {
        panic!("{ended:?}")
    };
    assert_eq!(starting, "victim is starting");
    assert!(up.starts_with("victim is up after "), "{up}");
    assert_eq!([stopping, down], ["victim is stopping", "victim is down"]);
}

#[test]
fn a_bad_end_is_told_once_also_with_progress() {
    let ended = Child::start("configured progress=yes start=error").ends();
    assert_eq!(ended.code, Some(69));
    let lines: Vec<&str> = ended.errors.lines().collect();
    assert_eq!(
        lines[..4],
        [
            "victim is starting",
            "victim is stopping",
            "victim is down",
            "victim ended with exit code 69: `Victim` failed to start"
        ]
    );
    assert_eq!(ended.errors.matches("an error in start").count(), 1);
}
