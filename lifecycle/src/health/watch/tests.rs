//! The watch, given moments.

use super::*;

const fn ms(count: u64) -> Duration {
    Duration::from_millis(count)
}

const fn poll(thread: usize, number: u64) -> Poll {
    Poll {
        id: (thread, number),
        key: thread as Key,
        stage: Stage::Run,
    }
}

const fn holder(thread: usize, since: Moment) -> Holder {
    Holder {
        key: thread as Key,
        stage: Stage::Run,
        since,
    }
}

/// One that was given something to run at zero.
fn asked(limit: Duration) -> Watch {
    let mut watch = Watch::new(limit);
    assert!(watch.asks(ms(0)));
    watch
}

#[test]
fn it_looks_five_times_within_the_limit_but_neither_all_the_time_nor_hardly_ever() {
    assert_eq!(Watch::new(ms(500)).interval(), ms(100));
    assert_eq!(Watch::new(ms(0)).interval(), ms(5));
    assert_eq!(Watch::new(Duration::MAX).interval(), ms(1000));
}

#[test]
fn one_that_answers_in_time_is_not_stalled_and_is_asked_again() {
    let mut watch = asked(ms(500));
    assert_eq!(watch.look(ms(100), false, &[]), []);
    assert!(!watch.asks(ms(100)), "one question at a time");
    // However late the look is.
    assert_eq!(watch.look(ms(9000), true, &[]), []);
    assert!(watch.asks(ms(9000)));
    assert_eq!(watch.look(ms(9499), false, &[]), []);
}

#[test]
fn nobody_who_was_not_asked_is_stalled() {
    let mut watch = Watch::new(ms(0));
    assert_eq!(watch.look(ms(9000), false, &[]), []);
}

#[test]
fn a_stall_begins_once_goes_on_and_ends_once() {
    let mut watch = asked(ms(500));
    assert_eq!(watch.look(ms(100), false, &[poll(1, 7)]), []);
    assert_eq!(watch.look(ms(300), false, &[poll(1, 7)]), []);
    assert_eq!(watch.look(ms(499), false, &[poll(1, 7)]), []);
    let stall = Stall {
        since: ms(0),
        holders: vec![holder(1, ms(100))],
    };
    let found = watch.look(ms(500), false, &[poll(1, 7)]);
    assert_eq!(found, [Noticed::Begun(stall.clone())]);
    let found = watch.look(ms(600), false, &[poll(1, 7)]);
    assert_eq!(found, [Noticed::Goes(stall)]);
    assert!(!watch.asks(ms(600)), "nothing piles up");
    assert_eq!(watch.look(ms(700), true, &[]), [Noticed::Over(ms(700))]);
    assert!(watch.asks(ms(700)));
    assert_eq!(watch.look(ms(800), true, &[]), []);
}

#[test]
fn those_in_the_way_are_named_the_longest_first() {
    let mut watch = asked(ms(500));
    watch.look(ms(100), false, &[poll(2, 1)]);
    watch.look(ms(200), false, &[poll(1, 1), poll(2, 1)]);
    watch.look(ms(400), false, &[poll(1, 1), poll(2, 1)]);
    let found = watch.look(ms(500), false, &[poll(1, 1), poll(2, 1), poll(3, 1)]);
    let holders = vec![holder(2, ms(100)), holder(1, ms(200)), holder(3, ms(500))];
    let since = ms(0);
    assert_eq!(found, [Noticed::Begun(Stall { since, holders })]);
}

#[test]
fn another_poll_of_the_same_task_begins_anew() {
    let mut watch = asked(ms(500));
    watch.look(ms(100), false, &[poll(1, 1)]);
    watch.look(ms(300), false, &[poll(1, 1)]);
    let found = watch.look(ms(500), false, &[poll(1, 2)]);
    let holders = vec![holder(1, ms(500))];
    let since = ms(0);
    assert_eq!(found, [Noticed::Begun(Stall { since, holders })]);
}

#[test]
fn one_that_holds_a_thread_while_others_go_on_is_told_once() {
    let mut watch = Watch::new(ms(500));
    let mut found = Vec::new();
    for at in 0..20 {
        found.extend(watch.look(ms(at * 100), true, &[poll(1, 1)]));
        watch.asks(ms(at * 100));
    }
    assert_eq!(found, [Noticed::Slow(holder(1, ms(0)))]);
}

#[test]
fn one_that_was_told_of_with_a_stall_is_not_told_of_again() {
    let mut watch = asked(ms(500));
    for at in [0, 200, 400] {
        watch.look(ms(at), false, &[poll(1, 1)]);
    }
    assert_eq!(watch.look(ms(500), false, &[poll(1, 1)]).len(), 1);
    let found = watch.look(ms(600), true, &[poll(1, 1)]);
    assert_eq!(found, [Noticed::Over(ms(600))]);
}

#[test]
fn a_process_that_was_stopped_for_an_hour_is_not_stalled() {
    let hour = 3_600_000;
    let mut watch = asked(ms(500));
    assert_eq!(watch.look(ms(100), false, &[poll(1, 1)]), []);
    assert_eq!(watch.look(ms(hour), false, &[poll(1, 1)]), []);
    assert_eq!(watch.look(ms(hour + 100), true, &[poll(1, 1)]), []);
    assert!(watch.asks(ms(hour + 100)));
}

#[test]
fn one_that_stands_still_also_after_the_watch_was_late_is_stalled() {
    let hour = 3_600_000;
    let mut watch = asked(ms(500));
    watch.look(ms(100), false, &[poll(1, 1)]);
    // 200 ms of that count.
    watch.look(ms(hour), false, &[poll(1, 1)]);
    watch.look(ms(hour + 199), false, &[poll(1, 1)]);
    let found = watch.look(ms(hour + 200), false, &[poll(1, 1)]);
    let stall = Stall {
        since: ms(hour - 300),
        holders: vec![holder(1, ms(hour - 200))],
    };
    assert_eq!(found, [Noticed::Begun(stall)]);
    // Nor does the stall last longer for it.
    let found = watch.look(ms(2 * hour), true, &[]);
    assert_eq!(found, [Noticed::Over(ms(700))]);
}

#[test]
fn a_limit_of_for_ever_is_never_reached() {
    let mut watch = asked(Duration::MAX);
    for at in [0, 1_000, 3_600_000] {
        assert_eq!(watch.look(ms(at), false, &[poll(1, 1)]), []);
    }
}
