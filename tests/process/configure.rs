//! What `#[lifecycle::app(configure = ..)]` names is called before anything begins, and may say that nothing is to.

use crate::child::{Child, Ended};

fn ends(words: &str) -> Ended {
    Child::start(words).ends()
}

#[test]
fn what_it_adds_is_there_before_the_first_hook_and_after_the_last() {
    let ended = ends("configured run=ok main=ok");
    assert_eq!((ended.code, &*ended.errors), (Some(0), ""));
    let lines: Vec<&str> = ended.lines.iter().map(String::as_str).collect();
    assert_eq!(lines[..3], ["configure", "companion", "load"]);
    assert_eq!(lines.last(), Some(&"companion ends"));
}

#[test]
fn its_error_is_told_and_nothing_starts() {
    let ended = ends("configured configure=error");
    assert_eq!(ended.code, Some(78));
    assert_eq!(ended.lines, ["configure"]);
    assert_eq!(
        ended.errors,
        "victim did not begin: an error in configure\n"
    );
}

#[test]
fn its_panic_is_told_and_nothing_starts() {
    let ended = ends("configured configure=panic");
    assert_eq!(ended.code, Some(78), "{ended:?}");
    assert_eq!(ended.lines, ["configure"]);
    let last = ended.errors.lines().last().unwrap();
    assert_eq!(
        last,
        "victim did not begin: its configuration panicked: a panic in configure"
    );
}

#[test]
fn what_it_began_does_not_hold_the_process() {
    let ended = ends("configured configure=spawn_blocking");
    assert_eq!(ended.code, Some(78));
    assert!(ended.after.as_secs() < 10, "{ended:?}");
}
