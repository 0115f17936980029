//! A start that fails is undone.
//!
//! ```text
//! settings ── database ── api
//!     └────── broken
//! ```

use lifecycle::app::{Outcome, StopCause};
use lifecycle::component::Custom;
use lifecycle::engine::{Failure, FailureKind, Signal};
use lifecycle::plan::Stage;
use lifecycle::testing::Ended;

use crate::kit::{Graph, Trace, errors, fails, hangs, ms, panics, secs, takes};

/// Everything but `broken` would come up; `api` is in flight when it fails after 20 ms.
fn shop(trace: &Trace, broken: impl FnOnce(Custom) -> Custom) -> Graph {
    Graph::new()
        .resource("settings", &[], |c| c.stop(trace.hook("stop settings")))
        .resource("database", &["settings"], |c| {
            c.start(|_| takes(ms(10))).stop(trace.hook("stop database"))
        })
        .resource("api", &["database"], |c| {
            c.start(|_| takes(secs(1))).stop(trace.hook("stop api"))
        })
        .resource("broken", &["settings"], broken)
}

fn rolls_back(broken: impl FnOnce(Custom) -> Custom) -> Ended {
    let trace = Trace::default();
    let ended = shop(&trace, broken).app().run_to_end();
    assert_eq!(trace.all(), ["stop database", "stop settings"]);
    let outcome = |name| ended.report.component(name).unwrap().outcome;
    assert_eq!(outcome("broken"), Outcome::Failed);
    assert_eq!(outcome("api"), Outcome::Cancelled);
    assert_eq!(outcome("database"), Outcome::Stopped);
    assert_eq!(ended.log.down().last().unwrap(), "settings");
    ended
}

fn cause(kind: FailureKind) -> StopCause {
    let stage = Stage::Start;
    StopCause::StartFailed("broken".into(), Failure { stage, kind })
}

#[test]
fn an_error_rolls_back() {
    let ended = rolls_back(|c| {
        c.start(|_| async {
            takes(ms(20)).await?;
            fails("no route").await
        })
    });
    assert_eq!(ended.report.cause(), Some(&cause(FailureKind::Error)));
    assert_eq!(ended.report.exit_code(), 69);
    assert_eq!(ended.report.total_time(), ms(20));
    assert_eq!(
        errors(&ended.report),
        ["`broken` failed in start: no route"]
    );
}

#[test]
fn a_panic_rolls_back() {
    let ended = rolls_back(|c| {
        c.start(|_| async {
            takes(ms(20)).await?;
            panics("no route").await
        })
    });
    assert_eq!(ended.report.cause(), Some(&cause(FailureKind::Panic)));
    assert_eq!(ended.report.exit_code(), 70);
}

#[test]
fn a_timeout_rolls_back() {
    let ended = rolls_back(|c| c.declare(|d| d.start_timeout(ms(20))).start(|_| hangs()));
    assert_eq!(ended.report.cause(), Some(&cause(FailureKind::Timeout)));
    assert_eq!(ended.report.exit_code(), 69);
}

#[test]
fn a_signal_during_start_rolls_back_and_is_no_failure() {
    let trace = Trace::default();
    shop(&trace, |c| c.start(|_| hangs()))
        .app()
        .run(|app| async move {
            takes(ms(20)).await.unwrap();
            app.signal(Signal::Interrupt);
            let ended = app.ended().await;
            assert_eq!(ended.report.exit_code(), 0);
            assert_eq!(ended.report.total_time(), ms(20));
            let broken = ended.report.component("broken").unwrap();
            assert_eq!(broken.outcome, Outcome::Cancelled);
        });
    assert_eq!(trace.all(), ["stop database", "stop settings"]);
}

#[test]
fn a_start_that_succeeds_while_it_is_cancelled_is_stopped() {
    let trace = Trace::default();
    let said = trace.clone();
    let graph = Graph::new()
        .resource("slow", &[], |c| {
            c.start(move |cx: lifecycle::Context| {
                let said = said.clone();
                async move {
                    // It has all it needs at the very moment of the failure.
                    takes(ms(20)).await?;
                    said.say(format!("told: {}", cx.is_shutdown_requested()));
                    Ok::<(), lifecycle::component::BoxError>(())
                }
            })
            .stop(trace.hook("stop slow"))
        })
        .resource("broken", &[], |c| {
            c.start(|_| async {
                takes(ms(20)).await?;
                fails("no route").await
            })
        });
    let ended = graph.app().run_to_end();
    assert_eq!(ended.report.exit_code(), 69);
    assert_eq!(trace.count("stop slow"), trace.count("told: false"));
}

#[test]
fn every_error_of_a_failed_start_is_reported() {
    let ended = Graph::new()
        .resource("base", &[], |c| c.stop(|_| fails("no disk")))
        .resource("a", &["base"], |c| c.start(|_| fails("no route")))
        .resource("b", &["base"], |c| c.start(|_| panics("no sense")))
        .app()
        .run_to_end();
    let errors = errors(&ended.report);
    assert_eq!(errors.len(), 3, "{errors:?}");
    // Both failed at the same moment.
    let said = |text| errors[..2].iter().any(|error| error.contains(text));
    assert!(said("no route") && said("no sense"), "{errors:?}");
    assert!(errors[2].contains("`base` failed in stop: no disk"));
    assert!([69, 70].contains(&ended.report.exit_code()));
}

#[test]
fn a_stop_that_fails_does_not_keep_the_rest_from_stopping() {
    let trace = Trace::default();
    let ended = Graph::new()
        .resource("a", &[], |c| c.stop(trace.hook("stop a")))
        .resource("b", &["a"], |c| c.stop(|_| fails("b cannot stop")))
        .resource("c", &["b"], |c| c.start(|_| fails("c cannot start")))
        .app()
        .run_to_end();
    assert_eq!(
        errors(&ended.report),
        [
            "`c` failed in start: c cannot start",
            "`b` failed in stop: b cannot stop"
        ]
    );
    assert_eq!(trace.all(), ["stop a"]);
}

#[test]
fn a_rollback_has_a_budget_of_its_own() {
    let ended = Graph::new()
        .resource("slow", &[], |c| {
            c.declare(|d| d.stop_timeout(secs(8)))
                .stop(|_| takes(secs(7)))
        })
        .resource("broken", &["slow"], |c| {
            c.declare(|d| d.start_timeout(secs(50))).start(|_| hangs())
        })
        .app()
        .with(|app| app.start_budget(secs(55)).shutdown_timeout(secs(10)))
        .run_to_end();
    assert_eq!(ended.report.exit_code(), 69);
    assert_eq!(ended.report.total_time(), secs(57));
    assert!(ended.report.leaked().is_empty());
    assert_eq!(ended.report.forced(), None);
}

#[test]
fn a_component_that_needs_the_broken_one_is_never_touched() {
    let trace = Trace::default();
    let ended = Graph::new()
        .resource("first", &[], |c| c.stop(trace.hook("stop first")))
        .resource("second", &["first"], |c| c.start(|_| fails("no")))
        .resource("third", &["second"], |c| {
            c.start(trace.hook("start third"))
                .stop(trace.hook("stop third"))
        })
        .app()
        .run_to_end();
    assert_eq!(trace.all(), ["stop first"]);
    let third = ended.report.component("third").unwrap();
    assert_eq!((third.outcome, third.attempts), (Outcome::NotStarted, 0));
    assert!(!ended.log.has("third told to stop"));
}
