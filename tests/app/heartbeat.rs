//! A component that promises a sign of life.

use std::time::Duration;

use lifecycle::Context;
use lifecycle::engine::Phase;
use lifecycle::plan::{Ready, Restart};

use crate::kit::{Done, Graph, Trace, errors, ms, secs, takes};

/// Beats so many times, each after a while, and then hangs.
async fn beats(cx: Context, times: u32, every: Duration) -> Done {
    for _ in 0..times {
        let shutdown = cx.shutdown();
        if shutdown.wrap(takes(every)).await.is_some() {
            cx.beat();
        }
    }
    cx.shutdown_requested().await;
    Ok(())
}

#[test]
fn who_beats_in_time_is_left_alone() {
    let graph = Graph::new().service("pump", &[], |c| {
        c.declare(|d| d.heartbeat(secs(1)))
            .run(|cx| beats(cx, 3_600, ms(999)))
    });
    graph.app().run(|app| async move {
        takes(secs(3_000)).await.unwrap();
        assert_eq!(app.app().phase(), Phase::Running);
        assert!(app.stop().await.report.is_success());
    });
}

#[test]
fn to_miss_it_is_a_failure() {
    let graph = Graph::new().service("pump", &[], |c| {
        c.declare(|d| d.heartbeat(secs(1)))
            .run(|cx| beats(cx, 2, ms(400)))
    });
    let ended = graph.app().run_to_end();
    assert_eq!(ended.report.exit_code(), 1);
    assert_eq!(
        errors(&ended.report),
        ["`pump` failed in run: missed its heartbeat"]
    );
    assert_eq!(
        ended.log.at("pump failed in run (missed its heartbeat)"),
        Some(ms(1_800))
    );
}

#[test]
fn one_that_missed_it_is_restarted_and_hears_why() {
    let trace = Trace::default();
    let said = trace.clone();
    let graph = Graph::new().service("pump", &[], |c| {
        c.declare(|d| d.heartbeat(secs(1)).restart(Restart::OnFailure))
            .run(move |cx: Context| {
                let said = said.clone();
                async move {
                    said.say("run");
                    let times = if said.count("run") == 1 { 0 } else { 1_000 };
                    beats(cx.clone(), times, ms(500)).await?;
                    said.say(cx.shutdown_requested().await.to_string());
                    takes(ms(0)).await
                }
            })
    });
    graph.app().run(|app| async move {
        takes(secs(60)).await.unwrap();
        let report = app.stop().await.report;
        assert_eq!(report.exit_code(), 0);
        assert_eq!(report.component("pump").unwrap().restarts, 1);
        assert_eq!(report.errors().len(), 1);
    });
    let all = trace.all();
    assert_eq!(all[..3], ["run", "it is restarted", "run"]);
    assert!(all[3].starts_with("requested"), "{all:?}");
}

#[test]
fn it_is_missed_only_while_the_component_is_up() {
    // A long start, a long way to readiness, a long stop: none of them beats.
    let graph = Graph::new().service("pump", &[], |c| {
        c.declare(|d| d.heartbeat(secs(1)).ready(Ready::Explicit))
            .start(|_| takes(secs(4)))
            .run(|cx: Context| async move {
                takes(secs(4)).await?;
                cx.ready();
                beats(cx, 10, ms(500)).await?;
                takes(secs(4)).await
            })
            .stop(|_| takes(secs(4)))
    });
    let graph = graph.service("other", &["pump"], |c| c);
    graph.app().run(|app| async move {
        assert!(app.started().await);
        takes(secs(3)).await.unwrap();
        let ended = app.stop().await;
        // Only what its stop timeout has to say about it.
        assert!(
            !ended.log.to_string().contains("heartbeat"),
            "{}",
            ended.log
        );
    });
}

#[test]
fn one_that_has_finished_need_not_beat() {
    let graph = Graph::new()
        .service("pump", &[], |c| {
            c.declare(|d| d.heartbeat(secs(1))).run(|_| takes(ms(10)))
        })
        .service("other", &[], |c| c.run(crate::kit::works));
    graph.app().run(|app| async move {
        takes(secs(60)).await.unwrap();
        assert!(app.stop().await.report.is_success());
    });
}

#[test]
fn a_task_beats_for_its_component_and_so_does_one_of_the_start() {
    let graph = Graph::new().resource("cache", &[], |c| {
        c.declare(|d| d.heartbeat(secs(1)))
            .start(|cx: Context| async move {
                let beating = cx.clone();
                cx.spawn("heart", beats(beating, 100, ms(900)));
                Ok::<_, std::io::Error>(())
            })
    });
    graph.app().run(|app| async move {
        takes(secs(60)).await.unwrap();
        assert!(app.stop().await.report.is_success());
    });
}

#[test]
fn without_a_promise_beats_mean_nothing() {
    let graph = Graph::new().service("pump", &[], |c| c.run(|cx| beats(cx, 3, ms(10))));
    graph.app().run(|app| async move {
        takes(secs(3_600)).await.unwrap();
        assert!(app.stop().await.report.is_success());
    });
}
