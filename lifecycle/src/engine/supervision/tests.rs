use super::{Supervision, Verdict};
use crate::engine::Ending;
use crate::plan::{Policy, Restart};
use std::time::Duration;

const fn s(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

fn policy(restart: Restart, max_restarts: u32) -> Policy {
    Policy {
        restart,
        max_restarts,
        ..Policy::DEFAULT
    }
}

/// The longest wait that the verdict could have been, in milliseconds; nothing, if it is no restart.
fn wait(it: &mut Supervision, policy: &Policy, at: Duration, ending: Ending) -> Option<u128> {
    match it.ended(policy, at, ending, |most| most) {
        Verdict::Restart { after } => Some(after.as_millis()),
        Verdict::Done | Verdict::GiveUp => None,
    }
}

#[test]
fn waits_double_up_to_the_longest() {
    let mut it = Supervision::default();
    let policy = policy(Restart::OnFailure, 100);
    let waits: Vec<_> = (0..12)
        .map(|i| wait(&mut it, &policy, s(i), Ending::Error))
        .collect();
    let expected = [
        100, 200, 400, 800, 1_600, 3_200, 6_400, 12_800, 25_600, 30_000, 30_000, 30_000,
    ];
    assert_eq!(waits, expected.map(Some));
}

#[test]
fn waits_begin_anew_after_it_was_well_for_long_enough() {
    let mut it = Supervision::default();
    let policy = policy(Restart::OnFailure, 100);
    assert_eq!(wait(&mut it, &policy, s(0), Ending::Panic), Some(100));
    it.came_up(s(1));
    assert_eq!(wait(&mut it, &policy, s(60), Ending::Error), Some(200));
    it.came_up(s(100));
    assert_eq!(wait(&mut it, &policy, s(160), Ending::Error), Some(100));
    // It was not up in between, however long that took.
    assert_eq!(wait(&mut it, &policy, s(900), Ending::Error), Some(200));
}

#[test]
fn no_window_sees_more_than_the_budget() {
    let mut it = Supervision::default();
    let policy = policy(Restart::OnFailure, 2);
    let mut given = Vec::new();
    for second in 0..200 {
        if wait(&mut it, &policy, s(second), Ending::Error).is_some() {
            given.push(second);
        }
    }
    assert_eq!(given, [0, 1, 60, 61, 120, 121, 180, 181]);
    assert_eq!(it.restarts(), 2);
}

#[test]
fn who_asks_for_a_restart_gets_it_at_once_and_it_counts() {
    let mut it = Supervision::default();
    let policy = policy(Restart::OnFailure, 2);
    assert_eq!(wait(&mut it, &policy, s(0), Ending::RestartNow), Some(0));
    assert_eq!(wait(&mut it, &policy, s(1), Ending::Error), Some(100));
    assert_eq!(wait(&mut it, &policy, s(2), Ending::RestartNow), None);
}

#[test]
fn what_ends_well_is_done_unless_it_is_always_to_run() {
    let verdict =
        |restart, ending| Supervision::default().ended(&policy(restart, 1), s(0), ending, |_| 0);
    let again = Verdict::Restart {
        after: Duration::ZERO,
    };
    assert_eq!(verdict(Restart::Never, Ending::Ok), Verdict::Done);
    assert_eq!(verdict(Restart::Never, Ending::Error), Verdict::GiveUp);
    assert_eq!(verdict(Restart::Never, Ending::RestartNow), Verdict::GiveUp);
    assert_eq!(verdict(Restart::OnFailure, Ending::Ok), Verdict::Done);
    assert_eq!(verdict(Restart::OnFailure, Ending::Panic), again);
    assert_eq!(verdict(Restart::Always, Ending::Ok), again);
    assert_eq!(verdict(Restart::Always, Ending::Cancelled), Verdict::Done);
}
