//! Whatever hangs, the process ends.

use rustix::process::Signal;

use crate::child::{Child, Ended};

fn stops(words: &str) -> Ended {
    let child = Child::start(words).says("run").says("main");
    child.signal(Signal::TERM).ends()
}

#[test]
fn a_stop_hook_that_hangs_is_aborted() {
    let ended = stops("plain stop=hang");
    assert_eq!(ended.code, Some(75));
    assert!(ended.after.as_secs() < 10);
    assert!(
        ended.errors.contains("`Victim` timed out in stop after "),
        "{ended:?}"
    );
    assert!(!ended.errors.contains("leaked"), "{ended:?}");
}

#[test]
fn a_stop_hook_that_blocks_its_worker_thread_is_given_up() {
    let ended = stops("plain stop=block");
    assert_eq!(ended.code, Some(75));
    assert!(ended.after.as_secs() < 10);
    assert!(
        ended.errors.contains("leaked: `stop` of `Victim`"),
        "{ended:?}"
    );
    assert!(ended.errors.contains("last note: blocking"), "{ended:?}");
    assert!(ended.lines.contains(&"base stop".to_owned()), "{ended:?}");
}

#[test]
fn a_run_loop_that_blocks_its_worker_thread_is_given_up() {
    let ended = stops("plain run=block");
    assert_eq!(ended.code, Some(75), "{ended:?}");
    assert!(
        ended.errors.contains("leaked: `run` of `Victim`"),
        "{ended:?}"
    );
}

#[test]
fn a_start_hook_that_blocks_its_worker_thread_is_given_up() {
    let ended = Child::start("plain start=block").ends();
    assert_eq!(ended.code, Some(69), "{ended:?}");
    assert!(ended.after.as_secs() < 10);
}

#[test]
fn a_hook_that_blocks_the_only_thread_is_given_up() {
    let ended = Child::start("single start=block").ends();
    assert_eq!(ended.code, Some(69), "{ended:?}");
    // What it depends on cannot run its stop hook either: the thread is gone.
    let ended = Child::start("single stop=block")
        .says("main")
        .signal(Signal::TERM)
        .ends();
    assert_eq!(ended.code, Some(75), "{ended:?}");
    assert!(
        ended.after.as_secs() < 26,
        "within the shutdown timeout and a second"
    );
}

#[test]
fn a_drop_that_blocks_its_worker_thread_is_given_up() {
    let ended = stops("plain drop=block");
    assert_eq!(ended.code, Some(75), "{ended:?}");
    assert!(ended.lines.contains(&"base stop".to_owned()), "{ended:?}");
}

#[test]
fn a_blocking_thread_does_not_hold_the_process() {
    let ended = stops("plain stop=spawn_blocking");
    assert_eq!(ended.code, Some(75));
    assert!(ended.after.as_secs() < 10);
}

#[test]
fn a_blocking_thread_does_not_hold_the_process_after_a_signal_during_start() {
    let child = Child::start("plain start=spawn_blocking").says("start");
    let ended = child.signal(Signal::TERM).ends();
    assert_eq!(ended.code, Some(0));
    assert!(ended.after.as_secs() < 10);
}
