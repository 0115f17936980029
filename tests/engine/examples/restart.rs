use lifecycle::engine::{Ending, Input};
use lifecycle::plan::{Escalate, Ready, Restart, Scope, Stage};

use super::{HANGS, STUCK, fails, panics, restarts, story};
use crate::case::{Work, ms};

const ASKS: Work = Work {
    end: Ending::RestartNow,
    ..Work::ok(100)
};

#[test]
fn a_run_that_failed_is_called_again_and_nothing_else_moves() {
    let told = story()
        .resource("db", &[], |_| {})
        .service("feed", &["db"], |c| {
            restarts(c, Restart::OnFailure);
            c.code.run = Some(panics(100));
            c.code.reruns = vec![Work::runs(0)];
            c.code.tasks = vec![(Stage::Run, Work::runs(7))];
            c.code.tidy = Some(Work::ok(5));
        })
        .service("api", &["feed"], |_| {})
        .at(1_000, Input::Shutdown)
        .tell();
    told.only(
        &[
            "start",
            "crashed",
            "end",
            "tidy",
            "restarting",
            "run",
            "up",
            "stop",
        ],
        &[
            "0 start db",
            "10 up db",
            "10 start feed",
            "20 run feed",
            "20 up feed",
            "20 start api",
            "30 run api",
            "30 up api",
            "120 crashed feed",
            "120 end feed",
            "127 tidy feed",
            "132 restarting feed",
            "132 run feed",
            "132 up feed",
            "1000 stop api",
            "1007 stop feed",
            "1007 stop db",
        ],
    );
    told.exits(0);
}

#[test]
fn a_budget_that_is_spent_shuts_the_app_down() {
    let told = story()
        .service("feed", &[], |c| {
            restarts(c, Restart::OnFailure);
            c.policy.max_restarts = 2;
            c.code.run = Some(fails(100));
        })
        .tell();
    told.only(
        &["crashed", "failed", "because", "stop"],
        &[
            "110 crashed feed",
            "210 crashed feed",
            "310 failed feed",
            "310 because Failed(0, Failure { stage: Run, kind: Error })",
            "310 stop feed",
        ],
    );
    told.exits(1);
}

#[test]
fn a_budget_is_one_of_a_moving_window() {
    let told = story()
        .service("feed", &[], |c| {
            restarts(c, Restart::OnFailure);
            c.policy.max_restarts = 1;
            c.policy.within = ms(2_000);
            c.code.run = Some(fails(2_000));
            c.code.reruns = vec![fails(2_000), fails(1_999)];
        })
        .tell();
    told.only(
        &["crashed", "failed"],
        &["2010 crashed feed", "4010 crashed feed", "6009 failed feed"],
    );
}

#[test]
fn with_degrade_the_app_goes_on_without_it_and_does_not_succeed() {
    let told = story()
        .service("feed", &[], |c| {
            restarts(c, Restart::OnFailure);
            c.policy.max_restarts = 0;
            c.policy.escalate = Escalate::Degrade;
            c.code.run = Some(fails(100));
        })
        .service("view", &["feed"], |_| {})
        .service("api", &[], |_| {})
        .at(1_000, Input::Shutdown)
        .tell();
    told.only(
        &["failed", "down", "because"],
        &[
            "110 failed feed",
            "110 down view",
            "110 down feed",
            "1000 because Requested",
            "1000 down api",
        ],
    );
    told.exits(1);
}

#[test]
fn who_asks_for_a_restart_waits_for_none_and_it_counts() {
    let told = story()
        .service("feed", &[], |c| {
            c.policy.restart = Restart::OnFailure;
            c.policy.max_restarts = 2;
            c.code.run = Some(ASKS);
        })
        .tell();
    told.only(
        &["run", "failed"],
        &[
            "10 run feed",
            "110 run feed",
            "210 run feed",
            "310 failed feed",
        ],
    )
    .exits(1);
}

#[test]
fn without_a_policy_who_asks_for_a_restart_has_failed() {
    let told = story()
        .service("feed", &[], |c| c.code.run = Some(ASKS))
        .tell();
    told.only(&["run", "failed"], &["10 run feed", "110 failed feed"])
        .exits(1);
}

#[test]
fn always_means_also_after_success() {
    let told = story()
        .service("feed", &[], |c| {
            restarts(c, Restart::Always);
            c.policy.max_restarts = 1;
            c.code.run = Some(Work::ok(100));
        })
        .tell();
    told.only(
        &["run", "finished", "crashed", "failed"],
        &["10 run feed", "110 run feed", "210 failed feed"],
    )
    .exits(1);
}

#[test]
fn exactly_those_that_need_it_are_rebuilt_in_order() {
    let told = story()
        .resource("db", &[], |c| c.code.stop = Some(Work::ok(1)))
        .service("feed", &["db"], |c| {
            restarts(c, Restart::OnFailure);
            c.policy.scope = Scope::Dependents;
            c.code.run = Some(fails(100));
            c.code.reruns = vec![Work::runs(0)];
        })
        .resource("cache", &["feed"], |c| c.code.stop = Some(Work::ok(3)))
        .service("api", &["cache"], |_| {})
        .service("other", &["db", "?feed"], |_| {})
        .at(1_000, Input::Shutdown)
        .tell();
    told.only(
        &["crashed", "stop", "down", "restarting", "start", "up"],
        &[
            "0 start db",
            "10 up db",
            "10 start feed",
            "20 up feed",
            "20 start cache",
            "20 start other",
            "30 up cache",
            "30 start api",
            "30 up other",
            "40 up api",
            "120 crashed feed",
            "120 stop api",
            "120 down api",
            "120 stop cache",
            "123 down cache",
            "123 stop feed",
            "123 restarting feed",
            "123 start feed",
            "133 up feed",
            "133 start cache",
            "143 up cache",
            "143 start api",
            "153 up api",
            "1000 stop other",
            "1000 stop api",
            "1000 down other",
            "1000 down api",
            "1000 stop cache",
            "1003 down cache",
            "1003 stop feed",
            "1003 down feed",
            "1003 stop db",
            "1004 down db",
        ],
    );
    told.exits(0);
}

#[test]
fn a_start_that_fails_while_rebuilding_is_one_more_restart() {
    let told = story()
        .service("feed", &[], |c| {
            restarts(c, Restart::OnFailure);
            c.policy.scope = Scope::Dependents;
            c.policy.max_restarts = 2;
            c.code.starts = vec![Work::ok(10), fails(10)];
            c.code.run = Some(fails(100));
        })
        .tell();
    told.only(
        &["start", "crashed", "failed", "because"],
        &[
            "0 start feed",
            "110 crashed feed",
            "110 start feed",
            "120 start feed",
            "130 failed feed",
            "130 because StartFailed(0, Failure { stage: Start, kind: Error })",
        ],
    );
    told.exits(69);
}

#[test]
fn a_shutdown_ends_the_wait_for_a_restart_and_the_stop_is_one() {
    let told = story()
        .service("feed", &[], |c| {
            c.policy.restart = Restart::OnFailure;
            c.policy.backoff.min = ms(30_000);
            c.code.run = Some(fails(100));
        })
        .at(111, Input::Shutdown)
        .tell();
    told.only(
        &["run", "restarting", "stop", "down"],
        &[
            "10 run feed",
            "110 restarting feed",
            "111 stop feed",
            "111 down feed",
        ],
    );
    told.exits(0);
}

#[test]
fn a_restart_under_way_turns_into_a_stop_with_all_its_time() {
    let told = story()
        .service("feed", &[], |c| {
            restarts(c, Restart::OnFailure);
            c.code.run = Some(fails(100));
            c.code.tasks = vec![(Stage::Run, HANGS)];
        })
        .at(4_000, Input::Shutdown)
        .tell();
    told.only(
        &["end", "drain", "abort", "run", "stop"],
        &[
            "10 run feed",
            "110 end feed",
            "4000 drain feed",
            "9000 abort feed",
            "9000 stop feed",
        ],
    );
    told.exits(75);
}

#[test]
fn work_that_does_not_end_is_aborted_and_that_is_no_failure() {
    let told = story()
        .service("feed", &[], |c| {
            restarts(c, Restart::OnFailure);
            c.code.run = Some(fails(100));
            c.code.reruns = vec![Work::runs(0)];
            c.code.tasks = vec![(Stage::Start, HANGS)];
        })
        .at(9_000, Input::Shutdown)
        .tell();
    told.only(
        &["end", "overstayed", "abort", "run"],
        &[
            "10 run feed",
            "110 end feed",
            "5110 overstayed feed",
            "5110 abort feed",
            "5110 run feed",
        ],
    );
    told.exits(0);
}

#[test]
fn work_that_cannot_be_ended_has_failed_for_good() {
    let told = story()
        .service("feed", &[], |c| {
            restarts(c, Restart::OnFailure);
            c.code.run = Some(fails(100));
            c.code.tasks = vec![(Stage::Run, STUCK)];
        })
        .service("api", &["feed"], |_| {})
        .tell();
    told.only(
        &["end", "abort", "give up", "failed", "run feed", "stop"],
        &[
            "10 run feed",
            "110 end feed",
            "5110 abort feed",
            "5610 give up feed",
            "5610 failed feed",
            "5610 stop api",
        ],
    );
    told.exits(1);
}

#[test]
fn a_run_that_is_not_cleaned_up_is_not_followed_by_another() {
    let told = story()
        .service("feed", &[], |c| {
            restarts(c, Restart::OnFailure);
            c.code.run = Some(fails(100));
            c.code.tidy = Some(HANGS);
        })
        .tell();
    told.only(
        &["tidy", "overstayed", "abort", "failed", "run", "stop"],
        &[
            "10 run feed",
            "110 tidy feed",
            "5110 overstayed feed",
            "5110 abort feed",
            "5110 failed feed",
            "5110 stop feed",
        ],
    );
}

#[test]
fn what_main_holds_is_not_rebuilt() {
    let told = story()
        .service("feed", &[], |c| {
            restarts(c, Restart::OnFailure);
            c.policy.scope = Scope::Dependents;
            c.code.run = Some(fails(100));
        })
        .main(&["feed"])
        .tell();
    told.only(&["crashed", "failed"], &["110 failed feed"])
        .exits(1);
}

#[test]
fn a_run_says_anew_that_it_is_ready() {
    let told = story()
        .service("feed", &[], |c| {
            restarts(c, Restart::OnFailure);
            c.policy.ready = Ready::Explicit;
            c.code.ready = Some(20);
            c.code.run = Some(fails(25));
            c.code.reruns = vec![Work::runs(0)];
        })
        .resource("slow", &[], |c| c.code.starts = vec![Work::ok(40)])
        .service("api", &["feed", "slow"], |_| {})
        .tell();
    told.only(
        &["up feed", "crashed", "up slow", "start api"],
        &[
            "30 up feed",
            "35 crashed feed",
            "40 up slow",
            "55 up feed",
            "55 start api",
        ],
    );
}

#[test]
fn a_resource_whose_task_fails_is_rebuilt() {
    let told = story()
        .resource("db", &[], |c| {
            restarts(c, Restart::OnFailure);
            c.code.starts = vec![Work::ok(10)];
            c.code.tasks = vec![(Stage::Start, fails(100))];
            c.policy.max_restarts = 1;
        })
        .tell();
    told.only(
        &["start", "crashed", "failed", "stop"],
        &[
            "0 start db",
            "100 crashed db",
            "100 stop db",
            "100 start db",
            "200 failed db",
            "200 stop db",
        ],
    );
}
