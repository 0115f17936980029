//! Tasks that a component spawned.

use lifecycle::Context;
use lifecycle::app::StopCause;

use crate::kit::{Done, Graph, Trace, errors, fails, hangs, ms, panics, secs, takes, works};

/// A service that spawns one task.
fn spawns(
    task: impl Fn() -> lifecycle::component::BoxFuture<Done> + Send + Sync + 'static,
) -> Graph {
    Graph::new().service("a", &[], |c| {
        c.run(move |cx: Context| {
            let _task = cx.spawn("task", task());
            works(cx)
        })
    })
}

#[test]
fn a_task_is_waited_for() {
    spawns(|| {
        Box::pin(async {
            Context::current().shutdown_requested().await;
            takes(secs(2)).await
        })
    })
    .app()
    .run(|app| async move {
        assert!(app.started().await);
        let report = app.stop().await.report;
        assert_eq!(report.total_time(), secs(2));
        assert!(report.is_success());
    });
}

#[test]
fn an_error_in_a_task_fails_the_component() {
    let ended = spawns(|| Box::pin(fails("lost"))).app().run_to_end();
    assert_eq!(errors(&ended.report), ["`a` failed in task: lost"]);
    assert_eq!(ended.report.exit_code(), 1);
    assert!(matches!(ended.report.cause(), Some(StopCause::Failed(..))));
}

#[test]
fn a_panic_in_a_task_fails_the_component() {
    let ended = spawns(|| Box::pin(panics("lost"))).app().run_to_end();
    assert_eq!(ended.report.exit_code(), 70);
    assert_eq!(ended.report.errors().len(), 1);
}

#[test]
fn a_task_that_returns_changes_nothing() {
    spawns(|| Box::pin(takes(ms(1))))
        .app()
        .run(|app| async move {
            takes(secs(1)).await.unwrap();
            assert_eq!(app.app().phase(), lifecycle::engine::Phase::Running);
            assert!(app.stop().await.report.is_success());
        });
}

#[test]
fn a_task_can_be_aborted_by_its_handle_and_that_is_no_failure() {
    let trace = Trace::default();
    let said = trace.clone();
    let graph = Graph::new().service("a", &[], |c| {
        c.run(move |cx: Context| {
            let said = said.clone();
            async move {
                let task = cx.spawn("task", hangs());
                takes(ms(5)).await?;
                said.say(format!("finished: {}", task.is_finished()));
                task.abort();
                takes(ms(5)).await?;
                said.say(format!("finished: {}", task.is_finished()));
                task.abort();
                works(cx).await
            }
        })
    });
    graph.app().run(|app| async move {
        takes(secs(1)).await.unwrap();
        assert!(app.stop().await.report.is_success());
    });
    assert_eq!(trace.all(), ["finished: false", "finished: true"]);
}

#[test]
fn after_an_abort_nothing_more_is_spawned() {
    struct Spawns(Context, Trace);
    impl Drop for Spawns {
        fn drop(&mut self) {
            let said = self.1.clone();
            let task = self.0.spawn("late", async move { said.say("late") });
            self.1.say(format!("finished: {}", task.is_finished()));
        }
    }
    let trace = Trace::default();
    let said = trace.clone();
    let graph = Graph::new().service("a", &[], |c| {
        c.run(move |cx: Context| {
            let spawns = Spawns(cx, said.clone());
            async move {
                hangs().await?;
                drop(spawns);
                takes(ms(0)).await
            }
        })
    });
    graph.app().run(|app| async move {
        assert!(app.started().await);
        assert_eq!(app.stop().await.report.exit_code(), 75);
    });
    assert_eq!(trace.all(), ["finished: true"]);
}

#[test]
fn a_task_may_spawn_tasks_of_the_same_component() {
    let trace = Trace::default();
    let said = trace.clone();
    let graph = Graph::new().resource("a", &[], |c| {
        c.start(move |cx: Context| {
            let said = said.clone();
            async move {
                cx.spawn("outer", async move {
                    let said = said.clone();
                    Context::current().spawn("inner", async move {
                        let cx = Context::current();
                        said.say(cx.name());
                        cx.shutdown_requested().await;
                        said.say("inner ends");
                    });
                });
                takes(ms(0)).await
            }
        })
    });
    graph.app().run(|app| async move {
        assert!(app.started().await);
        assert!(app.stop().await.report.is_success());
    });
    assert_eq!(trace.all(), ["a", "inner ends"]);
}

#[test]
fn what_a_failed_start_spawned_ends_with_it() {
    let ended = Graph::new()
        .resource("a", &[], |c| {
            c.start(|cx: Context| async move {
                cx.spawn("watch", works(cx.clone()));
                fails("no").await
            })
        })
        .app()
        .run_to_end();
    assert_eq!(ended.report.exit_code(), 69);
    assert_eq!(ended.report.total_time(), ms(0));
    assert!(ended.log.has("a down"));
}

#[test]
fn a_task_that_fails_while_its_component_starts_fails_the_start() {
    let trace = Trace::default();
    let ended = Graph::new()
        .resource("a", &[], |c| {
            c.start(|cx: Context| async move {
                cx.spawn("watch", fails("lost"));
                takes(secs(1)).await
            })
        })
        .resource("b", &["a"], |c| c.start(trace.hook("start b")))
        .app()
        .run_to_end();
    assert_eq!(ended.report.exit_code(), 69);
    assert_eq!(errors(&ended.report), ["`a` failed in task: lost"]);
    assert!(trace.all().is_empty());
}

#[test]
fn a_context_that_outlives_its_component_spawns_nothing() {
    let trace = Trace::default();
    let kept = std::sync::Arc::new(std::sync::Mutex::new(None));
    let keep = kept.clone();
    let graph = Graph::new().resource("a", &[], |c| {
        c.start(move |cx: Context| {
            *keep.lock().unwrap() = Some(cx);
            takes(ms(0))
        })
    });
    graph.app().run(|app| async move {
        assert!(app.started().await);
        assert!(app.stop().await.report.is_success());
        let cx = kept.lock().unwrap().take().unwrap();
        let said = trace.clone();
        cx.spawn("late", async move { said.say("it runs") });
        takes(ms(10)).await.unwrap();
        assert!(trace.all().is_empty());
        assert!(cx.is_shutdown_requested());
    });
}

#[test]
fn the_context_of_an_attempt_that_failed_spawns_nothing() {
    let kept = std::sync::Arc::new(std::sync::Mutex::new(Vec::<Context>::new()));
    let keep = kept.clone();
    let trace = Trace::default();
    let said = trace.clone();
    let graph = Graph::new().resource("a", &[], |c| {
        c.declare(|d| d.retry(1).backoff(ms(1), ms(1)))
            .start(move |cx: Context| {
                let mut kept = keep.lock().unwrap();
                let last = kept.last().cloned();
                kept.push(cx);
                let said = said.clone();
                async move {
                    let Some(last) = last else {
                        return fails("no").await;
                    };
                    last.spawn("late", async move { said.say("it runs") });
                    takes(ms(5)).await
                }
            })
    });
    graph.app().run(|app| async move {
        assert!(app.started().await);
        assert_eq!(app.stop().await.report.exit_code(), 0);
    });
    assert!(trace.all().is_empty());
}

#[test]
fn a_task_may_loop_for_ever() {
    let graph = Graph::new().service("a", &[], |c| {
        c.run(|cx: Context| {
            cx.spawn("poll", async {
                loop {
                    tokio::time::sleep(secs(1)).await;
                }
            })
            .abort();
            works(cx)
        })
    });
    let report = graph.app().run(|app| async move {
        assert!(app.started().await);
        app.stop().await.report
    });
    assert_eq!(report.exit_code(), 0, "{report}");
}
