//! The whole table of exit codes.

use rustix::process::Signal;

use crate::child::{Child, Ended};

/// Runs until it ends by itself.
fn ends(words: &str) -> Ended {
    Child::start(words).ends()
}

/// Runs until everything is up, then gets a SIGTERM.
fn stops(words: &str) -> Ended {
    let child = Child::start(words).says("run").says("main");
    child.signal(Signal::TERM).ends()
}

#[test]
fn success_is_0() {
    assert_eq!(ends("plain run=ok").code, Some(0));
    assert_eq!(ends("plain main=ok").code, Some(0));
    assert_eq!(stops("plain").code, Some(0));
}

#[test]
fn what_the_app_asked_for_replaces_0_only() {
    assert_eq!(ends("plain main=exit_code").code, Some(42));
    assert_eq!(ends("plain main=exit_code stop=error").code, Some(1));
}

#[test]
fn a_failure_of_main_or_of_a_service_is_1() {
    assert_eq!(ends("plain main=error").code, Some(1));
    assert_eq!(ends("plain run=error").code, Some(1));
    assert_eq!(stops("plain stop=error").code, Some(1));
    assert_eq!(stops("plain drain=error").code, Some(1));
    assert_eq!(stops("plain cleanup=error").code, Some(1));
}

#[test]
fn a_failed_start_is_69() {
    assert_eq!(ends("plain start=error").code, Some(69));
    assert_eq!(ends("plain start=hang").code, Some(69));
}

#[test]
fn a_panic_is_70() {
    for words in ["start=panic", "run=panic", "main=panic"] {
        let ended = ends(&format!("plain {words}"));
        assert_eq!(ended.code, Some(70), "{words}: {ended:?}");
        assert!(ended.errors.contains(": a panic in "), "{ended:?}");
    }
    for words in ["drain=panic", "stop=panic", "cleanup=panic", "drop=panic"] {
        let ended = stops(&format!("plain {words}"));
        assert_eq!(ended.code, Some(70), "{words}: {ended:?}");
        assert!(ended.errors.contains(": a panic in "), "{ended:?}");
        assert!(ended.lines.contains(&"base stop".to_owned()));
    }
}

#[test]
fn what_does_not_stop_in_time_is_75() {
    assert_eq!(stops("plain stop=hang").code, Some(75));
    assert_eq!(stops("plain drain=hang").code, Some(75));
}

#[test]
fn a_failed_load_is_78() {
    for act in ["error", "panic", "hang"] {
        let ended = ends(&format!("plain load={act}"));
        assert_eq!(ended.code, Some(78), "{ended:?}");
        assert_eq!(ended.lines, ["load"], "nothing else was called");
    }
}
