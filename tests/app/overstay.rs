//! Token, then abort; what the abort ends is no leak. `given_up` has what even an abort does not end.

use lifecycle::Context;

use crate::kit::{Graph, Trace, errors, hangs, ms, secs, takes};

#[test]
fn a_run_loop_that_ignores_its_token_is_aborted_and_still_stopped() {
    let trace = Trace::default();
    let graph = Graph::new()
        .resource("base", &[], |c| c.stop(trace.hook("stop base")))
        .service("deaf", &["base"], |c| {
            c.run(|_| hangs()).stop(trace.hook("stop deaf"))
        });
    graph.app().run(|app| async move {
        assert!(app.started().await);
        let ended = app.stop().await;
        assert_eq!(ended.log.at("deaf overstayed in run"), Some(secs(5)));
        assert_eq!(ended.report.exit_code(), 75);
        assert_eq!(errors(&ended.report), ["`deaf` timed out in run after 5 s"]);
        assert!(ended.report.leaked().is_empty());
        assert_eq!(ended.report.total_time(), secs(5));
    });
    assert_eq!(trace.all(), ["stop deaf", "stop base"]);
}

#[test]
fn a_task_that_ignores_its_token_is_aborted() {
    let graph = Graph::new().resource("a", &[], |c| {
        c.start(|cx: Context| async move {
            cx.spawn("deaf", hangs());
            takes(ms(0)).await
        })
    });
    graph.app().run(|app| async move {
        assert!(app.started().await);
        let ended = app.stop().await;
        assert_eq!(ended.log.at("a overstayed in run"), Some(secs(5)));
        assert_eq!(ended.report.exit_code(), 75);
    });
}

#[test]
fn a_drain_hook_that_hangs_is_aborted() {
    let graph = Graph::new().service("a", &[], |c| c.run(crate::kit::works).drain(|_| hangs()));
    graph.app().run(|app| async move {
        assert!(app.started().await);
        let ended = app.stop().await;
        assert_eq!(ended.log.at("a overstayed in run"), Some(secs(5)));
        assert_eq!(ended.report.exit_code(), 75);
    });
}

#[test]
fn what_overstays_is_reported_with_its_last_note() {
    let graph = Graph::new().resource("a", &[], |c| {
        c.stop(|cx: Context| async move {
            cx.note("flushing 2/9");
            hangs().await
        })
    });
    graph.app().run(|app| async move {
        assert!(app.started().await);
        let report = app.stop().await.report;
        assert_eq!(
            errors(&report),
            ["`a` timed out in stop after 5 s; last note: flushing 2/9"]
        );
    });
}

#[test]
fn after_an_abort_the_rest_of_the_stop_has_one_second() {
    let graph = Graph::new().service("a", &[], |c| c.run(|_| hangs()).stop(|_| hangs()));
    graph.app().run(|app| async move {
        assert!(app.started().await);
        let ended = app.stop().await;
        assert_eq!(ended.log.at("a overstayed in run"), Some(secs(5)));
        assert_eq!(ended.log.at("a overstayed in stop"), Some(secs(6)));
        assert_eq!(ended.report.total_time(), secs(6));
    });
}

#[test]
fn the_app_ends_within_its_budget_when_everything_hangs() {
    let mut graph = Graph::new();
    for i in 0..30 {
        let name = format!("node {i}");
        let below = format!("node {}", i / 3);
        let needs: &[&str] = if i == 0 { &[] } else { &[&below] };
        graph = graph.service(&name, needs, |c| {
            c.start(|cx: Context| async move {
                cx.on_cleanup("undo", hangs);
                takes(ms(0)).await
            })
            .run(|_| hangs())
            .drain(|_| hangs())
            .stop(|_| hangs())
        });
    }
    graph.app().run(|app| async move {
        assert!(app.started().await);
        let ended = app.stop().await;
        let total = ended.report.total_time();
        assert!(total <= secs(27), "{total:?}\n{}", ended.log);
        assert_eq!(ended.report.exit_code(), 75);
        let alive = tokio::runtime::Handle::current()
            .metrics()
            .num_alive_tasks();
        assert!(alive <= ended.report.leaked().len(), "{}", ended.report);
        assert_eq!(ended.log.lines().last().unwrap().text, "app ended");
    });
}
