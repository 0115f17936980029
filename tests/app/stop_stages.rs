//! One component's way down: token, work and tasks, stop hook, cleanups.

use lifecycle::Context;

use crate::kit::{Graph, Trace, ms, takes};

#[test]
fn token_then_work_then_stop_then_cleanups_last_first() {
    let trace = Trace::default();
    let (start, run) = (trace.clone(), trace.clone());
    let graph = Graph::new().service("api", &[], |c| {
        c.start(move |cx: Context| {
            let said = start.clone();
            async move {
                for name in ["first", "second"] {
                    let said = said.clone();
                    cx.on_cleanup(
                        name,
                        move || async move { said.say(format!("undo {name}")) },
                    );
                }
                let worker = said.clone();
                cx.spawn("worker", async move {
                    Context::current().shutdown_requested().await;
                    takes(ms(40)).await?;
                    worker.say("worker ends");
                    takes(ms(0)).await
                });
                takes(ms(0)).await
            }
        })
        .run(move |cx: Context| {
            let said = run.clone();
            async move {
                cx.shutdown_requested().await;
                said.say("told");
                takes(ms(20)).await?;
                said.say("run ends");
                takes(ms(0)).await
            }
        })
        .stop(trace.hook("stop"))
    });
    graph.app().run(|app| async move {
        assert!(app.started().await);
        let ended = app.stop().await;
        assert!(ended.report.is_success());
        assert_eq!(ended.log.at("api stopping"), Some(ms(40)));
    });
    assert_eq!(
        trace.all(),
        [
            "told",
            "run ends",
            "worker ends",
            "stop",
            "undo second",
            "undo first"
        ]
    );
}

#[test]
fn the_stop_hook_is_called_once_also_when_the_work_ended_by_itself() {
    let trace = Trace::default();
    let ended = Graph::new()
        .service("job", &[], |c| {
            c.run(trace.hook("run")).stop(trace.hook("stop"))
        })
        .app()
        .run_to_end();
    assert!(ended.report.is_success());
    assert_eq!(trace.all(), ["run", "stop"]);
}

#[test]
fn a_task_spawned_by_the_stop_hook_is_waited_for() {
    let trace = Trace::default();
    let said = trace.clone();
    let graph = Graph::new()
        .resource("base", &[], |c| c.stop(trace.hook("stop base")))
        .resource("api", &["base"], |c| {
            c.stop(move |cx: Context| {
                let said = said.clone();
                async move {
                    cx.on_cleanup("undo", {
                        let said = said.clone();
                        move || async move { said.say("undo") }
                    });
                    cx.spawn("flush", async move {
                        takes(ms(30)).await?;
                        said.say("flushed");
                        takes(ms(0)).await
                    });
                }
            })
        });
    graph.app().run(|app| async move {
        assert!(app.started().await);
        assert!(app.stop().await.report.is_success());
    });
    assert_eq!(trace.all(), ["flushed", "undo", "stop base"]);
}

#[test]
fn the_value_is_dropped_after_its_cleanups_and_before_its_dependencies_stop() {
    struct Noisy(Trace);
    impl Drop for Noisy {
        fn drop(&mut self) {
            self.0.say("dropped");
        }
    }
    let trace = Trace::default();
    let said = trace.clone();
    let graph = Graph::new()
        .resource("base", &[], |c| c.stop(trace.hook("stop base")))
        .resource("api", &["base"], |c| {
            c.start(move |cx: Context| {
                let said = said.clone();
                async move {
                    let undo = said.clone();
                    cx.on_cleanup("undo", move || async move { undo.say("undo") });
                    Ok::<_, std::io::Error>(Noisy(said))
                }
            })
            .stop(trace.hook("stop api"))
        });
    graph.app().run(|app| async move {
        assert!(app.started().await);
        assert!(app.stop().await.report.is_success());
    });
    assert_eq!(trace.all(), ["stop api", "undo", "dropped", "stop base"]);
}

#[test]
fn every_component_that_came_up_is_stopped_exactly_once() {
    let trace = Trace::default();
    let mut graph = Graph::new();
    for i in 0..20 {
        let name = format!("node {i}");
        let below = format!("node {}", i / 2);
        let needs: &[&str] = if i == 0 { &[] } else { &[&below] };
        graph = graph.resource(&name, needs, |c| c.stop(trace.hook(name.clone())));
    }
    graph.app().run(|app| async move {
        assert!(app.started().await);
        app.app().shutdown("once");
        app.app().shutdown("twice");
        let report = app.stop().await.report;
        assert_eq!(
            report.cause(),
            Some(&lifecycle::app::StopCause::Requested("once".into()))
        );
    });
    assert_eq!(trace.all().len(), 20);
    for i in 0..20 {
        assert_eq!(trace.count(&format!("node {i}")), 1);
    }
}
