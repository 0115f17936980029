//! Signals at every moment.

use rustix::process::Signal;

use crate::child::Child;

#[test]
fn sigint_and_sigterm_stop_it_well() {
    for (signal, told) in [
        (Signal::INT, "told: SIGINT"),
        (Signal::TERM, "told: SIGTERM"),
    ] {
        let ended = Child::start("plain").says("main").signal(signal).ends();
        assert_eq!(ended.code, Some(0));
        assert!(ended.lines.contains(&told.to_owned()), "{ended:?}");
        let last = &ended.lines[ended.lines.len() - 4..];
        assert_eq!(last, ["stop", "cleanup", "base stop", "base cleanup"]);
    }
}

#[test]
fn during_load_nothing_starts() {
    let child = Child::start("plain load=hang").says("load");
    let ended = child.signal(Signal::TERM).ends();
    assert_eq!(ended.code, Some(0));
    assert_eq!(ended.lines, ["load"]);
}

#[test]
fn during_start_it_rolls_back() {
    let child = Child::start("plain start=hang").says("start");
    let ended = child.signal(Signal::INT).ends();
    assert_eq!(ended.code, Some(0));
    assert_eq!(
        ended.lines,
        ["load", "start", "cleanup", "base stop", "base cleanup"]
    );
}

#[test]
fn during_a_rollback_one_changes_nothing() {
    let child = Child::start("plain start=error cleanup=hang").says("cleanup");
    let ended = child.signal(Signal::TERM).ends();
    assert_eq!(ended.code, Some(69));
    assert!(ended.lines.contains(&"base stop".to_owned()), "{ended:?}");
}

#[test]
fn during_a_rollback_two_force_the_end() {
    let child = Child::start("plain start=error cleanup=hang").says("cleanup");
    let child = child.signal(Signal::TERM);
    let ended = child.signal_until_it_ends(Signal::INT).ends();
    assert_eq!(ended.code, Some(130), "{ended:?}");
}

#[test]
fn a_second_sigint_forces_the_end_and_cleanups_run() {
    let child = Child::start("plain stop=hang").says("main");
    let child = child.signal(Signal::INT).says("stop");
    let ended = child.signal(Signal::INT).ends();
    assert_eq!(ended.code, Some(130));
    assert!(
        ended.lines.contains(&"base cleanup".to_owned()),
        "{ended:?}"
    );
    assert!(!ended.lines.contains(&"base stop".to_owned()), "{ended:?}");
}

#[test]
fn a_third_sigint_ends_it_at_once() {
    let child = Child::start("plain stop=hang cleanup=hang").says("main");
    let child = child.signal(Signal::INT).says("stop");
    let child = child.signal(Signal::INT).says("cleanup");
    let ended = child.signal(Signal::INT).ends();
    assert_eq!(ended.code, Some(130));
    assert!(
        !ended.lines.contains(&"base cleanup".to_owned()),
        "{ended:?}"
    );
}

#[test]
fn a_second_sigterm_is_ignored() {
    let child = Child::start("plain stop=hang").says("main");
    let child = child.signal(Signal::TERM).says("stop");
    let ended = child.signal(Signal::TERM).ends();
    assert_eq!(ended.code, Some(75));
    assert!(ended.lines.contains(&"base stop".to_owned()), "{ended:?}");
}

#[test]
fn a_second_sigterm_forces_the_end_if_the_app_says_so() {
    let child = Child::start("force stop=hang").says("main");
    let child = child.signal(Signal::TERM).says("stop");
    let ended = child.signal(Signal::TERM).ends();
    assert_eq!(ended.code, Some(143), "{ended:?}");
}

#[test]
fn sigint_skips_the_drain_delay() {
    let ended = Child::start("drains")
        .says("main")
        .signal(Signal::INT)
        .ends();
    assert_eq!(ended.code, Some(0));
    assert!(ended.after.as_secs() < 8);
}

#[test]
fn the_current_thread_runtime_does_the_same() {
    let ended = Child::start("single")
        .says("main")
        .signal(Signal::TERM)
        .ends();
    assert_eq!(ended.code, Some(0));
    let child = Child::start("single stop=hang").says("main");
    let child = child.signal(Signal::INT).says("stop");
    assert_eq!(child.signal(Signal::INT).ends().code, Some(130));
}

#[test]
fn sigusr1_prints_what_everything_is_doing_and_changes_nothing() {
    let child = Child::start("plain").says("main");
    let child = child
        .signal(Signal::USR1)
        .complains("victim is running after ")
        .complains("Base")
        .complains("Victim");
    let ended = child.signal(Signal::TERM).ends();
    assert_eq!(ended.code, Some(0));
}
