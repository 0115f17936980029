//! Work that ends is begun anew, as its policy says.

use std::io;
use std::time::Duration;

use lifecycle::RestartNow;
use lifecycle::app::{Outcome, StopCause};
use lifecycle::component::Custom;
use lifecycle::engine::{FailureKind, Phase, Signal};
use lifecycle::plan::{Declaration, Escalate, Restart, Stage};

use crate::kit::{Done, Graph, Run, Trace, errors, fails, ms, runs, secs, takes, waits};

fn on_failure(declaration: Declaration) -> Declaration {
    declaration.restart(Restart::OnFailure)
}

/// A service `feed` whose run loop does these things, call by call.
fn feed<const N: usize>(policy: impl FnOnce(Declaration) -> Declaration, calls: [Run; N]) -> Graph {
    Graph::new().service("feed", &[], |c| c.declare(policy).run(runs(calls)))
}

#[test]
fn without_a_word_a_failure_ends_the_app() {
    let ended = feed(|d| d, [Run::Fails(10), Run::Works]).app().run_to_end();
    assert_eq!(ended.report.exit_code(), 1);
    assert_eq!(ended.report.component("feed").unwrap().restarts, 0);
    assert!(waits(&ended.log).is_empty());
}

#[test]
fn after_an_error_and_after_a_panic_the_run_loop_is_called_again() {
    feed(on_failure, [Run::Fails(10), Run::Panics(10), Run::Works])
        .app()
        .run(|app| async move {
            takes(secs(5)).await.unwrap();
            assert_eq!(app.app().phase(), Phase::Running);
            assert_eq!(app.app().status().component("feed").unwrap().restarts, 2);
            let ended = app.stop().await;
            assert!(ended.report.is_success(), "{}", ended.report);
            assert_eq!(ended.report.exit_code(), 0);
            let feed = ended.report.component("feed").unwrap();
            assert_eq!((feed.outcome, feed.restarts), (Outcome::Stopped, 2));
            assert_eq!(feed.attempts, 1, "nothing was started twice");
            let errors = errors(&ended.report);
            assert_eq!(errors[0], "`feed` failed in run: lost");
            assert!(errors[1].starts_with("`feed` panicked in run: oh (at tests/app/kit.rs:"));
            assert_eq!(errors.len(), 2, "each is kept once");
        });
}

#[test]
fn on_failure_means_not_after_success_and_always_means_also_then() {
    let ended = feed(on_failure, [Run::Ends(10)]).app().run_to_end();
    assert_eq!(ended.report.cause(), Some(&StopCause::AllFinished));
    assert!(waits(&ended.log).is_empty());

    let always = |d: Declaration| d.restart(Restart::Always);
    feed(always, [Run::Ends(10), Run::Ends(10), Run::Works])
        .app()
        .run(|app| async move {
            takes(secs(5)).await.unwrap();
            let ended = app.stop().await;
            assert_eq!(ended.report.exit_code(), 0);
            assert_eq!(waits(&ended.log).len(), 2);
            assert!(ended.report.errors().is_empty());
            assert_eq!(ended.report.component("feed").unwrap().restarts, 2);
        });
}

#[test]
fn one_that_always_ends_has_failed_at_last() {
    let policy = |d: Declaration| d.restart(Restart::Always).max_restarts(3).within(secs(60));
    let ended = feed(policy, [Run::Ends(1)]).app().run_to_end();
    assert_eq!(ended.report.exit_code(), 1);
    assert_eq!(waits(&ended.log).len(), 3);
    assert_eq!(
        errors(&ended.report),
        ["`feed` failed in run: finished too often"]
    );
}

/// The waits before three restarts, as the events say and as they were.
fn three_waits(seed: u64) -> Vec<Duration> {
    let policy = |d: Declaration| on_failure(d).backoff(ms(100), ms(250));
    let calls = [Run::Fails(0), Run::Fails(0), Run::Fails(0), Run::Works];
    let app = feed(policy, calls).app().with(|app| app.seed(seed));
    app.run(|app| async move {
        takes(secs(5)).await.unwrap();
        let log = app.stop().await.log;
        let said = waits(&log);
        let ups = log
            .lines()
            .into_iter()
            .filter(|line| line.text == "feed up");
        let ups: Vec<Duration> = ups.map(|line| line.at).collect();
        for (said, pair) in said.iter().zip(ups.windows(2)) {
            let was = pair[1] - pair[0];
            // Timers have a resolution of one millisecond.
            assert!(was >= *said && was <= *said + ms(2), "{said:?} {was:?}");
        }
        said
    })
}

#[test]
fn waits_double_with_full_jitter_and_a_seed_gives_them_again() {
    let mut longest = [Duration::ZERO; 3];
    for seed in 0..300 {
        for (longest, wait) in longest.iter_mut().zip(three_waits(seed)) {
            *longest = (*longest).max(wait);
        }
    }
    for (longest, limit) in longest.into_iter().zip([100, 200, 250]) {
        assert!(longest > ms(limit * 9 / 10) && longest <= ms(limit));
    }
    assert_eq!(three_waits(7), three_waits(7));
    assert_ne!(three_waits(7), three_waits(8));
}

#[test]
fn after_a_time_without_failure_waits_and_budget_begin_anew() {
    let policy = |d: Declaration| {
        let d = on_failure(d).max_restarts(3).within(secs(60));
        d.backoff(ms(100), secs(600))
    };
    let calls = [
        Run::Fails(0),
        Run::Fails(0),
        Run::Fails(0),
        Run::Fails(61_000),
        Run::Works,
    ];
    for seed in 0..20 {
        let app = feed(policy, calls).app().with(|app| app.seed(seed));
        app.run(|app| async move {
            takes(secs(120)).await.unwrap();
            let ended = app.stop().await;
            assert!(ended.report.is_success(), "{}", ended.report);
            let waits = waits(&ended.log);
            assert_eq!(waits.len(), 4);
            assert!(waits[3] <= ms(100), "{waits:?}");
        });
    }
}

#[test]
fn a_budget_that_is_spent_ends_the_app_with_all_errors() {
    for (call, code) in [(Run::Fails(5), 1), (Run::Panics(5), 70)] {
        let policy = |d: Declaration| on_failure(d).max_restarts(2).within(secs(60));
        let ended = feed(policy, [call]).app().run_to_end();
        assert_eq!(ended.report.exit_code(), code);
        assert_eq!(ended.report.errors().len(), 3);
        let feed = ended.report.component("feed").unwrap();
        assert_eq!((feed.outcome, feed.restarts), (Outcome::Failed, 2));
        let Some(StopCause::Failed(name, failure)) = ended.report.cause() else {
            panic!("{}", ended.report)
        };
        assert_eq!((name.as_str(), failure.stage), ("feed", Stage::Run));
        let panicked = failure.kind == FailureKind::Panic;
        assert_eq!(panicked, code == 70);
    }
}

#[test]
fn with_degrade_the_app_goes_on_without_it_and_does_not_end_well() {
    let policy = |d: Declaration| {
        let d = on_failure(d).max_restarts(1).within(secs(60));
        d.escalate(Escalate::Degrade)
    };
    feed(policy, [Run::Fails(5)])
        .service("reader", &["feed"], |c| c.run(runs([Run::Works])))
        .service("other", &[], |c| c.run(runs([Run::Works])))
        .app()
        .run(|app| async move {
            takes(secs(30)).await.unwrap();
            assert_eq!(app.app().phase(), Phase::Running);
            assert_eq!(app.log().down(), ["reader", "feed"]);
            let report = app.stop().await.report;
            assert_eq!(report.exit_code(), 1);
            assert_eq!(report.component("feed").unwrap().outcome, Outcome::Failed);
            assert_eq!(report.component("other").unwrap().outcome, Outcome::Stopped);
        });
}

#[test]
fn one_that_is_optional_is_restarted_and_then_gone_without() {
    let policy = |d: Declaration| {
        on_failure(d)
            .max_restarts(1)
            .within(secs(60))
            .optional(true)
    };
    feed(policy, [Run::Panics(5)])
        .service("other", &[], |c| c.run(runs([Run::Works])))
        .app()
        .run(|app| async move {
            takes(secs(30)).await.unwrap();
            assert_eq!(app.app().phase(), Phase::Running);
            assert_eq!(waits(app.log()).len(), 1);
            assert_eq!(app.log().down(), ["feed"]);
            assert_eq!(app.stop().await.report.exit_code(), 0);
        });
}

/// What the source of another error asks for is heard too.
#[derive(Debug)]
struct Wrapped(RestartNow);

impl std::fmt::Display for Wrapped {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the feed moved")
    }
}

impl std::error::Error for Wrapped {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.0)
    }
}

async fn asks_twice_removed() -> Done {
    let asked = Wrapped(RestartNow::because("new address"));
    Err(io::Error::other(asked).into())
}

fn asks_once(c: Custom) -> Custom {
    let work = runs([Run::Works]);
    let calls = std::sync::atomic::AtomicU32::new(0);
    c.run(move |cx| {
        let first = calls.fetch_add(1, std::sync::atomic::Ordering::Relaxed) == 0;
        let work = work(cx);
        async move {
            if first {
                asks_twice_removed().await
            } else {
                work.await
            }
        }
    })
}

#[test]
fn who_asks_for_a_restart_is_restarted_at_once() {
    let slow = |d: Declaration| on_failure(d).backoff(secs(30), secs(30));
    let graphs = [
        feed(slow, [Run::Again(10), Run::Works]),
        Graph::new().service("feed", &[], |c| asks_once(c.declare(slow))),
    ];
    for graph in graphs {
        graph.app().run(|app| async move {
            takes(ms(50)).await.unwrap();
            let ended = app.stop().await;
            assert_eq!(ended.report.exit_code(), 0);
            assert_eq!(waits(&ended.log), [Duration::ZERO]);
            assert_eq!(ended.report.component("feed").unwrap().restarts, 1);
        });
    }
}

#[test]
fn to_ask_for_a_restart_counts_and_without_a_policy_it_is_a_failure() {
    let policy = |d: Declaration| on_failure(d).max_restarts(2).within(secs(60));
    let ended = feed(policy, [Run::Again(10)]).app().run_to_end();
    assert_eq!(ended.report.exit_code(), 1);
    assert_eq!(ended.report.component("feed").unwrap().restarts, 2);

    let ended = feed(|d| d, [Run::Again(10)]).app().run_to_end();
    assert_eq!(ended.report.exit_code(), 1);
    assert_eq!(
        errors(&ended.report),
        ["`feed` failed in run: a restart is asked for: news"]
    );
}

#[test]
fn a_task_that_fails_restarts_its_component_too() {
    let trace = Trace::default();
    let said = trace.clone();
    let graph = Graph::new().service("feed", &[], |c| {
        c.declare(on_failure).run(move |cx: lifecycle::Context| {
            said.say("run");
            let first = said.count("run") == 1;
            cx.spawn("reader", async move {
                if first { fails("lost").await } else { Ok(()) }
            });
            runs([Run::Works])(cx)
        })
    });
    graph.app().run(|app| async move {
        takes(secs(5)).await.unwrap();
        let ended = app.stop().await;
        assert_eq!(ended.report.exit_code(), 0);
        assert_eq!(errors(&ended.report), ["`feed` failed in task: lost"]);
        assert_eq!(ended.report.component("feed").unwrap().restarts, 1);
    });
    assert_eq!(trace.all(), ["run", "run"]);
}

#[test]
fn a_stop_during_the_wait_is_immediate_and_orderly() {
    let trace = Trace::default();
    let slow = |d: Declaration| on_failure(d).backoff(secs(3_000), secs(3_000));
    let graph = Graph::new().resource("base", &[], |c| c.stop(trace.hook("base stop")));
    let said = trace.clone();
    let graph = graph.service("feed", &["base"], |c| {
        c.declare(slow)
            .run(move |_| {
                said.say("run");
                fails("lost")
            })
            .stop(trace.hook("feed stop"))
    });
    graph.app().run(|app| async move {
        takes(ms(30)).await.unwrap();
        app.signal(Signal::Terminate);
        let ended = app.ended().await;
        assert_eq!(ended.report.total_time(), ms(30));
        assert_eq!(ended.report.exit_code(), 0);
        assert_eq!(ended.report.errors().len(), 1);
        assert_eq!(ended.report.component("feed").unwrap().restarts, 0);
        assert_eq!(ended.log.told_to_stop(), ["feed", "base"]);
    });
    assert_eq!(trace.all(), ["run", "feed stop", "base stop"]);
}
