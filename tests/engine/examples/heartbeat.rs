use lifecycle::engine::{Input, Request};
use lifecycle::plan::Restart;

use super::{HANGS, restarts, story};
use crate::case::{Work, ms};

#[test]
fn a_missed_heartbeat_is_a_failure() {
    let told = story()
        .service("feed", &[], |c| {
            c.policy.heartbeat = Some(ms(1_000));
            c.code.run = Some(HANGS);
        })
        .tell();
    told.only(
        &["failed", "abort", "because"],
        &[
            "1010 failed feed",
            "1010 because Failed(0, Failure { stage: Run, kind: Heartbeat })",
            "6010 abort feed",
        ],
    );
    told.exits(1);
}

#[test]
fn a_missed_heartbeat_restarts_what_hangs() {
    let told = story()
        .service("feed", &[], |c| {
            restarts(c, Restart::OnFailure);
            c.policy.heartbeat = Some(ms(1_000));
            c.policy.stop_timeout = ms(100);
            c.code.run = Some(HANGS);
        })
        .at(2_000, Input::Shutdown)
        .tell();
    told.only(
        &["run", "crashed", "abort", "up", "failed"],
        &[
            "10 run feed",
            "10 up feed",
            "1010 crashed feed",
            "1110 abort feed",
            "1110 run feed",
            "1110 up feed",
            "2100 abort feed",
        ],
    );
}

#[test]
fn who_beats_in_time_lives() {
    let told = story()
        .service("feed", &[], |c| {
            c.policy.heartbeat = Some(ms(1_000));
            c.code.beats = Some((999, u32::MAX));
        })
        .at(20_000, Input::Shutdown)
        .tell();
    told.only(
        &["failed", "crashed", "because"],
        &["20000 because Requested"],
    )
    .exits(0);
}

#[test]
fn a_beat_that_comes_too_late_is_missed() {
    let told = story()
        .service("feed", &[], |c| {
            c.policy.heartbeat = Some(ms(1_000));
            c.code.beats = Some((1_001, u32::MAX));
        })
        .tell();
    told.only(&["failed"], &["1010 failed feed"]);
}

#[test]
fn who_has_finished_need_not_beat() {
    let told = story()
        .service("feed", &[], |c| {
            c.policy.heartbeat = Some(ms(1_000));
            c.code.run = Some(Work::ok(100));
        })
        .service("api", &[], |_| {})
        .at(5_000, Input::Shutdown)
        .tell();
    told.only(&["failed", "finished"], &["110 finished feed"])
        .exits(0);
}

#[test]
fn while_it_stops_nobody_listens_to_the_heart() {
    let told = story()
        .service("feed", &[], |c| {
            c.policy.heartbeat = Some(ms(1_000));
            c.code.beats = Some((900, u32::MAX));
        })
        .service("api", &["feed"], |c| c.code.stop = Some(Work::ok(3_000)))
        .service("slow", &[], |_| {})
        .at(2_000, Input::Shutdown)
        .tell();
    told.only(&["failed", "down feed"], &["5000 down feed"])
        .exits(0);
}

#[test]
fn a_heart_that_stops_beating_is_missed() {
    let told = story()
        .service("feed", &[], |c| {
            c.policy.heartbeat = Some(ms(1_000));
            c.code.beats = Some((600, 3));
        })
        .tell();
    told.only(&["failed"], &["2810 failed feed"]);
}

#[test]
fn who_stays_after_all_has_to_beat_again() {
    let told = story()
        .service("feed", &[], |c| {
            c.policy.heartbeat = Some(ms(1_000));
            c.code.run = Some(HANGS);
        })
        .service("api", &["feed"], |c| c.code.stop = Some(Work::ok(3_000)))
        .ask(100, 1, Request::Disable, "feed")
        .ask(2_000, 2, Request::Enable, "feed")
        .tell();
    told.only(
        &["stop", "failed", "answer"],
        &[
            "100 stop api",
            "2000 answer 1 Err(Superseded)",
            "3000 failed feed",
            "3000 answer 2 Err(Failed(0))",
            "8100 stop feed",
        ],
    );
}
