//! Before anything stops, everything serves for a while.

use lifecycle::engine::{Phase, Signal};

use crate::kit::{Graph, Trace, fails, ms, secs, takes, works};

fn app() -> lifecycle::testing::TestApp {
    Graph::new()
        .service("api", &[], |c| c.run(works))
        .app()
        .with(|app| app.drain_delay(secs(3)))
}

#[test]
fn a_shutdown_waits_for_the_drain_delay_while_everything_serves() {
    app().run(|app| async move {
        assert!(app.started().await);
        app.signal(Signal::Terminate);
        app.phase(Phase::Draining).await;
        takes(ms(2900)).await.unwrap();
        assert!(!app.log().has("api told to stop"));
        let ended = app.ended().await;
        assert_eq!(ended.log.at("api told to stop"), Some(secs(3)));
        assert_eq!(ended.report.exit_code(), 0);
        assert_eq!(ended.report.stop_time(), Some(secs(3)));
    });
}

#[test]
fn sigint_skips_the_drain_delay() {
    app().run(|app| async move {
        assert!(app.started().await);
        app.signal(Signal::Interrupt);
        let ended = app.ended().await;
        assert_eq!(ended.report.total_time(), secs(0));
        assert!(!ended.log.has("app draining"));
    });
}

#[test]
fn sigint_cuts_a_drain_delay_short_that_began_by_itself() {
    app().run(|app| async move {
        assert!(app.started().await);
        app.app().shutdown("deploy");
        takes(secs(1)).await.unwrap();
        app.signal(Signal::Interrupt);
        let ended = app.ended().await;
        assert_eq!(ended.report.total_time(), secs(1));
        assert_eq!(ended.report.forced(), None);
        assert_eq!(ended.report.exit_code(), 0);
    });
}

#[test]
fn there_is_no_drain_delay_before_everything_is_up() {
    let graph = Graph::new().resource("slow", &[], |c| c.start(|_| takes(secs(9))));
    let app = graph.app().with(|app| app.drain_delay(secs(3)));
    app.run(|app| async move {
        takes(secs(1)).await.unwrap();
        app.signal(Signal::Terminate);
        assert_eq!(app.ended().await.report.total_time(), secs(1));
    });
}

#[test]
fn the_drain_delay_is_part_of_the_shutdown_timeout() {
    let graph = Graph::new().service("api", &[], |c| c.run(works).stop(|_| takes(secs(4))));
    let app = graph
        .app()
        .with(|app| app.drain_delay(secs(3)).shutdown_timeout(secs(5)));
    app.run(|app| async move {
        assert!(app.started().await);
        let report = app.stop().await.report;
        assert_eq!(report.total_time(), secs(5));
        assert_eq!(report.exit_code(), 75);
    });
}

#[test]
fn a_failure_while_draining_is_kept() {
    let graph = Graph::new().service("api", &[], |c| {
        c.run(|_| async {
            takes(secs(1)).await?;
            fails("lost").await
        })
    });
    let app = graph.app().with(|app| app.drain_delay(secs(3)));
    app.run(|app| async move {
        assert!(app.started().await);
        let report = app.stop().await.report;
        assert_eq!(report.exit_code(), 1);
        assert_eq!(report.errors().len(), 1);
    });
}

#[test]
fn the_drain_hook_runs_beside_the_work() {
    let trace = Trace::default();
    let (hook, work) = (trace.clone(), trace.clone());
    let graph = Graph::new().service("api", &[], |c| {
        c.run(move |cx: lifecycle::Context| {
            let work = work.clone();
            async move {
                cx.shutdown_requested().await;
                work.say("work goes on");
                tokio::time::sleep(ms(50)).await;
                work.say("work ends");
            }
        })
        .drain(move |_| {
            let hook = hook.clone();
            async move {
                hook.say("drain begins");
                tokio::time::sleep(ms(80)).await;
                hook.say("drain ends");
            }
        })
        .stop(trace.hook("stop"))
    });
    graph.app().run(|app| async move {
        assert!(app.started().await);
        assert_eq!(app.stop().await.report.total_time(), ms(80));
    });
    let all = trace.all();
    assert_eq!(all[2..], ["work ends", "drain ends", "stop"]);
}
