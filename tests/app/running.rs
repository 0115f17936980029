//! The app as a value: built, started, waited for, dropped.

use lifecycle::app::StopCause;
use lifecycle::engine::{Phase, Signal};
use lifecycle::testing::TestApp;
use lifecycle::{App, Context};

use crate::kit::{Graph, Trace, ms, secs, takes, works};

fn paused<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .start_paused(true)
        .build()
        .unwrap()
        .block_on(future)
}

fn api(trace: &Trace) -> lifecycle::plan::Plan {
    Graph::new()
        .service("api", &[], |c| c.run(works).stop(trace.hook("stop")))
        .plan()
}

#[test]
fn an_app_runs_to_its_end() {
    let trace = Trace::default();
    let app = App::builder(api(&trace))
        .name("shop")
        .main(|cx: Context| async move {
            assert_eq!(cx.app().name(), "shop");
            assert_eq!(cx.app().phase(), Phase::Running);
            takes(ms(5)).await
        });
    let report = paused(app.run());
    assert_eq!(report.name(), "shop");
    assert_eq!(report.exit_code(), 0);
    assert_eq!(trace.all(), ["stop"]);
}

#[test]
fn an_app_that_is_only_built_does_nothing() {
    let trace = Trace::default();
    drop(App::builder(api(&trace)));
    assert!(trace.all().is_empty());
}

#[test]
fn dropping_the_handle_asks_the_app_to_stop() {
    let trace = Trace::default();
    paused(async {
        let running = App::builder(api(&trace)).start();
        let app = running.app();
        assert!(app.started().await);
        drop(running);
        while app.phase() != Phase::Ended {
            takes(ms(1)).await.unwrap();
        }
    });
    assert_eq!(trace.all(), ["stop"]);
}

#[test]
fn dropping_a_run_that_is_waited_for_asks_the_app_to_stop() {
    let trace = Trace::default();
    paused(async {
        let run = App::builder(api(&trace)).run();
        assert!(tokio::time::timeout(secs(1), run).await.is_err());
        takes(ms(1)).await.unwrap();
        let alive = tokio::runtime::Handle::current()
            .metrics()
            .num_alive_tasks();
        assert_eq!(alive, 0);
    });
    assert_eq!(trace.all(), ["stop"]);
}

#[test]
fn two_shutdowns_have_the_effect_of_one() {
    let trace = Trace::default();
    paused(async {
        let running = App::builder(api(&trace)).start();
        let app = running.app();
        assert!(app.started().await);
        app.shutdown("one");
        app.shutdown("two");
        let report = running.wait().await;
        app.shutdown("three");
        assert_eq!(report.cause(), Some(&StopCause::Requested("one".into())));
        assert_eq!(report.exit_code(), 0);
    });
    assert_eq!(trace.all(), ["stop"]);
}

#[test]
fn after_the_end_everything_may_still_be_said_and_nothing_happens() {
    let trace = Trace::default();
    TestApp::new(api(&trace)).run(|app| async move {
        assert!(app.started().await);
        let handle = app.app();
        assert!(app.stop().await.report.is_success());
        handle.shutdown("again");
        handle.exit_code(9);
        assert!(!handle.started().await);
        assert_eq!(handle.status().phase, Phase::Ended);
    });
    assert_eq!(trace.all(), ["stop"]);
}

#[test]
fn started_says_whether_everything_came_up() {
    let graph = Graph::new().resource("a", &[], |c| c.start(|_| crate::kit::fails("no")));
    graph.app().run(|app| async move {
        assert!(!app.started().await);
        assert_eq!(app.ended().await.report.exit_code(), 69);
    });
}

#[test]
fn a_shutdown_before_anything_started_ends_well() {
    let trace = Trace::default();
    let graph = Graph::new().resource("a", &[], |c| c.start(trace.hook("start")));
    graph.app().run(|app| async move {
        app.signal(Signal::Terminate);
        let report = app.ended().await.report;
        assert_eq!(report.exit_code(), 0);
        assert!(report.errors().is_empty());
    });
}

#[test]
fn without_signals_the_process_keeps_its_handlers() {
    // A handler needs the runtime's I/O, which this one does not have.
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .unwrap();
    let plan = Graph::new()
        .service("job", &[], |c| c.run(|_| takes(ms(1))))
        .plan();
    let report = runtime.block_on(App::builder(plan).signals(false).run());
    assert_eq!(report.exit_code(), 0);
}

#[test]
fn an_app_runs_on_several_threads_too() {
    let mut graph = Graph::new();
    for i in 0..200 {
        let name = format!("node {i}");
        let below = format!("node {}", i / 3);
        let needs: &[&str] = if i == 0 { &[] } else { &[&below] };
        graph = graph.service(&name, needs, |c| {
            c.start(|cx: Context| async move {
                cx.spawn("task", works(cx.clone()));
                takes(ms(0)).await
            })
            .run(works)
        });
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    let report = runtime.block_on(async {
        let running = App::builder(graph.plan()).start();
        assert!(running.app().started().await);
        running.app().shutdown("done");
        running.wait().await
    });
    assert!(report.is_success(), "{report}");
}
