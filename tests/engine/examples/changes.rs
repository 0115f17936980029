use lifecycle::engine::{Input, Key, Request};
use lifecycle::plan::{OnFinish, Scope};

use super::{STUCK, fails, story};
use crate::case::Work;

const DISABLE: fn(Key) -> Request = Request::Disable;
const ENABLE: fn(Key) -> Request = Request::Enable;
const AWAIT: fn(Key) -> Request = Request::Await;
const RESTART: fn(Key) -> Request = |key| Request::Restart(key, Scope::Itself);
const REBUILD: fn(Key) -> Request = |key| Request::Restart(key, Scope::Dependents);

#[test]
fn what_is_disabled_takes_what_needs_it_and_what_only_it_needed() {
    let told = story()
        .resource("db", &[], |_| {})
        .resource("broker", &[], |_| {})
        .service("feed", &["db", "broker"], |_| {})
        .service("view", &["feed"], |c| c.code.stop = Some(Work::ok(5)))
        .service("api", &["db", "?feed"], |_| {})
        .ask(100, 1, DISABLE, "feed")
        .ask(200, 2, ENABLE, "feed")
        .at(1_000, Input::Shutdown)
        .tell();
    told.only(
        &[
            "stop",
            "answer",
            "start view",
            "start feed",
            "start broker",
            "up view",
            "because",
        ],
        &[
            "0 start broker",
            "10 start feed",
            "20 start view",
            "30 up view",
            "100 stop view",
            "105 stop feed",
            "105 stop broker",
            "105 answer 1 Ok(())",
            "200 start broker",
            "210 start feed",
            "220 start view",
            "230 up view",
            "230 answer 2 Ok(())",
            "1000 because Requested",
            "1000 stop api",
            "1000 stop view",
            "1005 stop feed",
            "1005 stop db",
            "1005 stop broker",
        ],
    );
    told.exits(0);
}

#[test]
fn without_any_service_that_is_enabled_the_app_goes_on() {
    let told = story()
        .service("feed", &[], |c| c.code.run = Some(Work::ok(50)))
        .service("api", &[], |_| {})
        .ask(20, 1, DISABLE, "api")
        .at(1_000, Input::Shutdown)
        .tell();
    told.only(
        &["finished", "answer", "because"],
        &[
            "20 answer 1 Ok(())",
            "60 finished feed",
            "1000 because Requested",
        ],
    );
}

#[test]
fn what_main_needs_is_not_disabled() {
    let told = story()
        .resource("db", &[], |_| {})
        .service("api", &["db"], |_| {})
        .main(&["api"])
        .ask(100, 1, DISABLE, "db")
        .ask(100, 2, REBUILD, "db")
        .ask(100, 3, RESTART, "api")
        .at(1_000, Input::Shutdown)
        .tell();
    told.only(
        &["answer", "end"],
        &[
            "100 answer 1 Err(Main)",
            "100 answer 2 Err(Main)",
            "100 end api",
            "100 answer 3 Ok(())",
        ],
    );
}

#[test]
fn an_enable_takes_a_disable_back_before_it_is_done() {
    let told = story()
        .service("feed", &[], |c| c.code.stop = Some(Work::ok(50)))
        .service("api", &["feed"], |_| {})
        .ask(100, 1, DISABLE, "feed")
        .ask(120, 2, ENABLE, "feed")
        .at(1_000, Input::Shutdown)
        .tell();
    told.only(
        &["answer", "stop", "start"],
        &[
            "0 start feed",
            "10 start api",
            "100 stop api",
            "100 stop feed",
            "120 answer 1 Err(Superseded)",
            "150 start feed",
            "160 start api",
            "170 answer 2 Ok(())",
            "1000 stop api",
            "1000 stop feed",
        ],
    );
}

#[test]
fn a_component_that_failed_is_tried_again() {
    let told = story()
        .service("feed", &[], |c| {
            c.policy.optional = true;
            c.code.starts = vec![fails(10), fails(10), Work::ok(10)];
        })
        .service("api", &["feed"], |_| {})
        .service("other", &[], |_| {})
        .ask(100, 1, ENABLE, "api")
        .ask(200, 2, ENABLE, "feed")
        .at(1_000, Input::Shutdown)
        .tell();
    told.only(
        &["failed", "answer", "up"],
        &[
            "10 failed feed",
            "10 up other",
            "110 failed feed",
            "110 answer 1 Err(Failed(0))",
            "210 up feed",
            "220 up api",
            "220 answer 2 Ok(())",
        ],
    );
}

#[test]
fn what_is_left_of_one_that_failed_goes_before_it_is_tried_again() {
    let told = story()
        .service("feed", &[], |c| {
            c.policy.optional = true;
            c.policy.on_finish = OnFinish::Finish;
            c.code.run = Some(fails(100));
            c.code.reruns = vec![Work::runs(0)];
        })
        .resource("cache", &["feed"], |c| {
            c.policy.optional = true;
            c.code.stop = Some(Work::ok(500));
        })
        .service("api", &[], |_| {})
        .ask(200, 1, ENABLE, "feed")
        .at(2_000, Input::Shutdown)
        .tell();
    told.only(
        &["failed", "stop cache", "stop feed", "start", "answer"],
        &[
            "0 start feed",
            "0 start api",
            "10 start cache",
            "110 failed feed",
            "110 stop cache",
            "610 stop feed",
            "610 start feed",
            "620 start cache",
            "630 answer 1 Ok(())",
            "2000 stop cache",
            "2500 stop feed",
        ],
    );
}

#[test]
fn a_restart_on_request_replaces_the_work() {
    let told = story()
        .service("feed", &[], |c| c.code.run = Some(Work::runs(7)))
        .service("api", &["feed"], |_| {})
        .ask(100, 1, RESTART, "feed")
        .at(1_000, Input::Shutdown)
        .tell();
    told.only(
        &["end", "run feed", "answer", "stop", "crashed"],
        &[
            "10 run feed",
            "100 end feed",
            "107 run feed",
            "107 answer 1 Ok(())",
            "1000 stop api",
            "1007 stop feed",
        ],
    );
    told.exits(0);
}

#[test]
fn one_that_had_finished_works_again_when_it_is_restarted() {
    let told = story()
        .service("feed", &[], |c| {
            c.code.run = Some(Work::ok(50));
            c.code.reruns = vec![Work::ok(300)];
        })
        .service("api", &[], |c| c.code.run = Some(Work::ok(100)))
        .ask(70, 1, RESTART, "feed")
        .tell();
    told.only(
        &["finished", "because"],
        &[
            "60 finished feed",
            "110 finished api",
            "370 finished feed",
            "370 because AllFinished",
        ],
    );
}

#[test]
fn a_rebuild_on_request_takes_those_that_need_it() {
    let told = story()
        .resource("db", &[], |_| {})
        .service("feed", &["db"], |_| {})
        .service("other", &[], |_| {})
        .ask(100, 1, REBUILD, "db")
        .at(1_000, Input::Shutdown)
        .tell();
    told.only(
        &["stop", "start", "answer"],
        &[
            "0 start db",
            "0 start other",
            "10 start feed",
            "100 stop feed",
            "100 stop db",
            "100 start db",
            "110 start feed",
            "120 answer 1 Ok(())",
            "1000 stop other",
            "1000 stop feed",
            "1000 stop db",
        ],
    );
}

#[test]
fn a_shutdown_answers_what_is_open_and_what_comes_later() {
    let told = story()
        .service("feed", &[], |c| c.code.stop = Some(Work::ok(50)))
        .service("api", &[], |_| {})
        .ask(100, 1, DISABLE, "feed")
        .at(120, Input::Shutdown)
        .ask(130, 2, ENABLE, "feed")
        .ask(900, 3, ENABLE, "feed")
        .tell();
    told.only(
        &["answer", "finish"],
        &[
            "120 answer 1 Err(Stopping)",
            "130 answer 2 Err(Stopping)",
            "150 finish",
            "900 answer 3 Err(Stopping)",
        ],
    );
}

#[test]
fn a_request_before_the_start_is_done_when_it_begins() {
    let told = story()
        .resource("settings", &[], |c| c.code.load = Some(Work::ok(50)))
        .service("feed", &[], |_| {})
        .service("api", &[], |_| {})
        .ask(10, 1, DISABLE, "feed")
        .ask(10, 2, ENABLE, "api")
        .at(1_000, Input::Shutdown)
        .tell();
    told.only(
        &["start", "answer"],
        &[
            "50 start settings",
            "50 start api",
            "50 answer 1 Ok(())",
            "60 answer 2 Ok(())",
        ],
    );
}

#[test]
fn what_cannot_be_ended_cannot_be_enabled() {
    let told = story()
        .service("feed", &[], |c| c.code.stop = Some(STUCK))
        .service("api", &[], |_| {})
        .ask(100, 1, DISABLE, "feed")
        .ask(9_000, 2, ENABLE, "feed")
        .at(10_000, Input::Shutdown)
        .tell();
    told.only(
        &["give up", "answer"],
        &[
            "5600 give up feed",
            "5600 answer 1 Err(GivenUp(0))",
            "9000 answer 2 Err(GivenUp(0))",
        ],
    );
}

#[test]
fn what_nobody_needs_is_kept_when_it_is_asked_for() {
    let told = story()
        .resource("db", &[], |_| {})
        .service("feed", &["db"], |_| {})
        .service("api", &[], |_| {})
        .ask(100, 1, DISABLE, "feed")
        .ask(200, 2, ENABLE, "db")
        .ask(300, 3, DISABLE, "db")
        .at(1_000, Input::Shutdown)
        .tell();
    told.only(
        &["start db", "stop db", "answer"],
        &[
            "0 start db",
            "100 stop db",
            "100 answer 1 Ok(())",
            "200 start db",
            "210 answer 2 Ok(())",
            "300 stop db",
            "300 answer 3 Ok(())",
        ],
    );
}

#[test]
fn components_are_added_while_the_app_runs() {
    let told = story()
        .resource("db", &[], |_| {})
        .service("api", &["db"], |_| {})
        .added(100, "feed", &["db"])
        .added(100, "view", &["feed", "api"])
        .added(100, "flaky", &["view"])
        .ask(100, 1, ENABLE, "view")
        .at(1_000, Input::Shutdown)
        .added(1_010, "late", &[])
        .tell();
    told.only(
        &["start", "answer", "stop"],
        &[
            "0 start db",
            "10 start api",
            "100 answer 1 Err(Unknown)",
            "100 start feed",
            "110 start view",
            "120 start flaky",
            "1000 stop flaky",
            "1000 stop view",
            "1000 stop feed",
            "1000 stop api",
            "1000 stop db",
        ],
    );
    told.exits(0);
}

#[test]
fn an_added_service_is_not_required() {
    let told = story()
        .service("api", &[], |_| {})
        .service("feed", &[], |c| {
            c.added = Some(100);
            c.code.run = Some(fails(50));
        })
        .service("vital", &[], |c| {
            c.added = Some(300);
            c.required = true;
            c.code.run = Some(fails(50));
        })
        .tell();
    told.only(
        &["failed", "because"],
        &[
            "160 failed feed",
            "360 failed vital",
            "360 because Failed(2, Failure { stage: Run, kind: Error })",
        ],
    );
}

#[test]
fn an_added_service_has_to_finish_too() {
    let told = story()
        .service("api", &[], |c| c.code.run = Some(Work::ok(200)))
        .service("feed", &[], |c| {
            c.added = Some(100);
            c.policy.on_finish = OnFinish::Finish;
            c.code.run = Some(Work::ok(300));
        })
        .tell();
    told.only(
        &["finished", "because"],
        &[
            "210 finished api",
            "410 finished feed",
            "410 because AllFinished",
        ],
    );
}

#[test]
fn to_await_a_component_changes_nothing() {
    let told = story()
        .resource("db", &[], |_| {})
        .service("api", &["db"], |_| {})
        .ask(0, 1, AWAIT, "api")
        .ask(100, 2, AWAIT, "api")
        .ask(200, 3, DISABLE, "db")
        .ask(300, 4, AWAIT, "api")
        .added(400, "feed", &["db"])
        .ask(401, 5, AWAIT, "feed")
        .added(500, "slow", &[])
        .ask(501, 6, AWAIT, "slow")
        .ask(505, 7, DISABLE, "slow")
        .at(1_000, Input::Shutdown)
        .tell();
    told.only(
        &["start", "answer"],
        &[
            "0 start db",
            "10 start api",
            "20 answer 1 Ok(())",
            "100 answer 2 Ok(())",
            "200 answer 3 Ok(())",
            "300 answer 4 Err(Disabled(0))",
            "401 answer 5 Err(Disabled(0))",
            "500 start slow",
            "505 answer 6 Err(Superseded)",
            "505 answer 7 Ok(())",
        ],
    );
}
