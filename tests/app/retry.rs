//! A start that fails is tried again, if the component says so.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use lifecycle::Context;
use lifecycle::app::{Outcome, StopCause};
use lifecycle::component::Custom;
use lifecycle::engine::Signal;

use crate::kit::{Graph, Trace, errors, fails, hangs, ms, panics, secs, takes};

/// Fails so many times, then succeeds.
fn fails_first(times: u32) -> impl FnOnce(Custom) -> Custom {
    move |c| {
        let calls = Arc::new(AtomicU32::new(0));
        c.declare(|d| d.retry(3).backoff(ms(100), ms(250)))
            .start(move |_| {
                let call = calls.fetch_add(1, Ordering::Relaxed) + 1;
                async move {
                    if call <= times {
                        fails("no route").await
                    } else {
                        Ok(())
                    }
                }
            })
    }
}

#[test]
fn without_a_word_a_start_is_tried_once() {
    let trace = Trace::default();
    let said = trace.clone();
    let ended = Graph::new()
        .resource("a", &[], |c| {
            c.start(move |_| {
                said.say("try");
                fails("no route")
            })
        })
        .app()
        .run_to_end();
    assert_eq!(ended.report.exit_code(), 69);
    assert_eq!(trace.all(), ["try"]);
}

#[test]
fn a_start_succeeds_at_last() {
    Graph::new()
        .resource("a", &[], fails_first(3))
        .resource("b", &["a"], |c| c)
        .app()
        .run(|app| async move {
            assert!(app.started().await);
            let log = app.log().clone();
            for attempt in 2..=4 {
                assert!(log.has(&format!("a starting, attempt {attempt}")), "{log}");
            }
            assert_eq!(log.up(), ["a", "b"]);
            let report = app.stop().await.report;
            assert_eq!(report.exit_code(), 0);
            assert_eq!(report.component("a").unwrap().attempts, 4);
            assert_eq!(errors(&report).len(), 3, "the failures on the way are kept");
        });
}

#[test]
fn waits_double_up_to_a_limit_with_full_jitter() {
    let mut longest = [Duration::ZERO; 3];
    for seed in 0..300 {
        let app = Graph::new().resource("a", &[], fails_first(3)).app();
        let waits: Vec<Duration> = app.with(|app| app.seed(seed)).run(|app| async move {
            assert!(app.started().await);
            let log = app.log().clone();
            let _ = app.stop().await;
            let begins = (1..=4).map(|attempt| match attempt {
                1 => log.at("a starting").unwrap(),
                n => log.at(&format!("a starting, attempt {n}")).unwrap(),
            });
            let begins: Vec<Duration> = begins.collect();
            begins.windows(2).map(|pair| pair[1] - pair[0]).collect()
        });
        for (longest, wait) in longest.iter_mut().zip(waits) {
            *longest = (*longest).max(wait);
        }
    }
    let [first, second, third] = longest;
    // Timers have a resolution of one millisecond.
    assert!(first > ms(90) && first <= ms(101), "{first:?}");
    assert!(second > ms(180) && second <= ms(201), "{second:?}");
    assert!(third > ms(225) && third <= ms(251), "{third:?}");
}

#[test]
fn a_start_that_never_succeeds_fails_with_every_error() {
    let ended = Graph::new()
        .resource("a", &[], fails_first(9))
        .resource("b", &["a"], |c| c)
        .app()
        .run_to_end();
    assert_eq!(ended.report.exit_code(), 69);
    assert_eq!(errors(&ended.report).len(), 4);
    assert_eq!(ended.report.component("a").unwrap().attempts, 4);
    assert_eq!(
        ended.report.component("b").unwrap().outcome,
        Outcome::NotStarted
    );
}

#[test]
fn panics_and_timeouts_are_tried_again_too() {
    let calls = Arc::new(AtomicU32::new(0));
    let graph = Graph::new().resource("a", &[], |c| {
        c.declare(|d| d.retry(2).backoff(ms(1), ms(1)).start_timeout(secs(1)))
            .start(move |_| {
                let call = calls.fetch_add(1, Ordering::Relaxed);
                async move {
                    match call {
                        0 => panics("first").await,
                        1 => hangs().await,
                        _ => Ok(()),
                    }
                }
            })
    });
    graph.app().run(|app| async move {
        assert!(app.started().await);
        let report = app.stop().await.report;
        assert_eq!(report.exit_code(), 0);
        let errors = errors(&report);
        assert!(errors[0].contains("panicked in start: first"), "{errors:?}");
        assert!(
            errors[1].contains("timed out in start after 1 s"),
            "{errors:?}"
        );
    });
}

#[test]
fn what_a_failed_attempt_left_is_cleaned_up_before_the_next() {
    let trace = Trace::default();
    let said = trace.clone();
    let graph = Graph::new().resource("a", &[], |c| {
        c.declare(|d| d.retry(1).backoff(ms(1), ms(1)))
            .start(move |cx: Context| {
                let said = said.clone();
                async move {
                    said.say("start");
                    let undone = said.clone();
                    cx.on_cleanup("undo", move || async move { undone.say("undo") });
                    fails("no route").await
                }
            })
            .stop(trace.hook("stop"))
    });
    let ended = graph.app().run_to_end();
    assert_eq!(ended.report.exit_code(), 69);
    assert_eq!(trace.all(), ["start", "undo", "start", "undo"]);
}

#[test]
fn a_wait_before_the_next_attempt_ends_at_shutdown() {
    let graph = Graph::new().resource("a", &[], |c| {
        c.declare(|d| d.retry(9).backoff(secs(20), secs(20)))
            .start(|_| fails("no route"))
    });
    graph.app().run(|app| async move {
        takes(ms(30)).await.unwrap();
        app.signal(Signal::Terminate);
        let ended = app.ended().await;
        assert_eq!(ended.report.total_time(), ms(30));
        assert_eq!(
            ended.report.cause(),
            Some(&StopCause::Signal(Signal::Terminate))
        );
        assert_eq!(ended.report.exit_code(), 0);
        assert_eq!(ended.report.errors().len(), 1);
    });
}
