//! The end of what tasks belong to: a stop, a restart, a start that fails.

use std::sync::{Arc, Mutex};

use lifecycle::Context;
use lifecycle::micro::Priority;
use lifecycle::plan::Scope;
use lifecycle::task::Task;

use super::{play, report};
use crate::kit::{Done, Graph, Trace, fails, hangs, ms, secs, takes, works};

#[test]
fn told_to_stop_nothing_begins_any_more_and_what_runs_ends() {
    let ended = play(1, |stage| async move {
        let trace = stage.trace.clone();
        let running = stage.cx.task("running", move |task: Task| {
            let trace = trace.clone();
            async move {
                takes(ms(500)).await?;
                // Asked for when it is too late.
                task.run_now();
                trace.say("to the end");
                Done::Ok(())
            }
        });
        running.queue();
        let queued = stage.task("queued", 1).max_delay(ms(20));
        queued.queue();
        stage.task("later", 1).after(ms(30));
        stage.task("again", 1).repeat(ms(30));
        takes(ms(10)).await.unwrap();
        let (trace, begun) = (stage.trace.clone(), stage.begun);
        let ended = stage.app.stop().await;
        assert_eq!(begun.elapsed(), ms(500), "it was waited for");
        assert!(queued.is_cancelled());
        queued.run_now();
        takes(secs(1)).await.unwrap();
        assert_eq!(trace.all(), ["to the end"]);
        ended
    });
    let stats = report(&ended).stats;
    // `running` once more, `queued` and `later`; nobody asked for `again`.
    assert_eq!((stats.begun, stats.done, stats.dropped), (1, 1, 3));
    assert_eq!(ended.report.exit_code(), 0);
    let printed = ended.report.to_string();
    assert!(
        printed.contains("  tasks of `jobs`: 1 done, 3 never begun\n"),
        "{printed}"
    );
}

#[test]
fn a_run_that_overstays_is_cut_off() {
    let ended = play(1, |stage| async move {
        let task = stage.cx.task("stuck", |_| hangs());
        task.queue();
        takes(ms(10)).await.unwrap();
        task.queue();
        let handle = stage.app.app();
        let ended = stage.app.stop().await;
        assert_eq!(handle.task_load().running, 0);
        ended
    });
    let stats = report(&ended).stats;
    assert_eq!((stats.begun, stats.cut_off, stats.dropped), (1, 1, 1));
    assert_eq!(ended.report.exit_code(), 75);
    let error = ended.report.errors()[0].to_string();
    assert!(
        error.contains("`stuck` (spawned at tests/app/tasks/ends.rs:"),
        "{error}"
    );
}

#[test]
fn what_waits_for_others_holds_up_no_stop() {
    let (trace, kept) = (Trace::default(), Arc::new(Mutex::new(Vec::new())));
    let said = trace.clone();
    let keeps = kept.clone();
    // `b` depends on `a`, so `b` stops first, while the task of `a` has the only slot.
    let graph = Graph::new()
        .resource("a", &[], |c| {
            let said = said.clone();
            c.start(move |cx: Context| {
                let said = said.clone();
                cx.task("long", move |_| {
                    let said = said.clone();
                    async move {
                        takes(secs(3)).await?;
                        said.say("long");
                        Done::Ok(())
                    }
                })
                .queue();
                takes(ms(0))
            })
        })
        .service("b", &["a"], |c| {
            c.run(move |cx: Context| {
                let said = said.clone();
                let task = cx.task("never", move |_| {
                    said.say("never");
                    takes(ms(0))
                });
                task.queue();
                keeps.lock().unwrap().push(task);
                works(cx)
            })
            .stop(trace.hook("b is down"))
        });
    let graph = graph.app().with(|app| app.task_limit(1));
    let report = graph.run(|app| async move {
        assert!(app.started().await);
        takes(ms(10)).await.unwrap();
        assert_eq!(app.app().task_load().waiting, 1);
        app.stop().await.report
    });
    assert_eq!(trace.all(), ["b is down", "long"]);
    assert_eq!(report.exit_code(), 0, "{report}");
    assert_eq!(
        report
            .component("b")
            .unwrap()
            .tasks
            .as_ref()
            .unwrap()
            .stats
            .dropped,
        1
    );
    drop(kept);
}

#[test]
fn a_restart_drops_what_the_run_asked_for_and_keeps_the_rest() {
    let (trace, kept) = (Trace::default(), Arc::new(Mutex::new(Vec::new())));
    let (said, keeps) = (trace.clone(), kept.clone());
    let graph = Graph::new().service("jobs", &[], |c| {
        let start = said.clone();
        c.start(move |cx: Context| {
            let said = start.clone();
            let task = cx.task("of the life", move |_| {
                said.say("of the life");
                takes(ms(0))
            });
            task.repeat(secs(10));
            takes(ms(0))
        })
        .run(move |cx: Context| {
            let said = said.clone();
            let mut kept = keeps.lock().unwrap();
            let number = kept.len() + 1;
            let task = cx.task("of the run", move |_| {
                said.say(format!("of run {number}"));
                takes(ms(0))
            });
            task.after(secs(5));
            kept.push((task, cx.clone()));
            works(cx)
        })
    });
    let report = graph.app().run(|app| async move {
        assert!(app.started().await);
        takes(secs(1)).await.unwrap();
        let component = app.app().component("jobs").unwrap();
        component.restart(Scope::Itself).await.unwrap();
        let (old, cx) = kept.lock().unwrap()[0].clone();
        // A context of a run that is over starts nothing.
        old.run_now();
        cx.task("late", |_| async { panic!("its run is over") })
            .run_now();
        cx.wake("late", || async { panic!("its run is over") })
            .poke();
        cx.micro(Priority::High, secs(1), || async {
            panic!("its run is over")
        });
        assert!(cx.permit(Priority::High, secs(1)).await.is_none());
        takes(secs(12)).await.unwrap();
        app.stop().await.report
    });
    assert_eq!(trace.all(), ["of run 2", "of the life"]);
    assert_eq!(report.exit_code(), 0, "{report}");
    let stats = report
        .component("jobs")
        .unwrap()
        .tasks
        .as_ref()
        .unwrap()
        .stats;
    // The one that waited, and four that came too late; a permit is nobody's run.
    assert_eq!((stats.done, stats.dropped), (2, 5));
}

#[test]
fn a_start_that_fails_takes_its_tasks_with_it() {
    let trace = Trace::default();
    let said = trace.clone();
    let graph = Graph::new().resource("a", &[], |c| {
        c.start(move |cx: Context| {
            let said = said.clone();
            cx.task("never", move |_| {
                said.say("never");
                takes(ms(0))
            })
            .after(ms(5));
            fails("no")
        })
    });
    let ended = graph.app().run_to_end();
    assert_eq!(ended.report.exit_code(), 69);
    assert!(trace.all().is_empty());
}

#[test]
fn a_load_hook_can_start_none() {
    let graph = Graph::new().resource("a", &[], |c| {
        c.load(|cx: Context| async move {
            cx.task("never", |_| async { panic!("too early") })
                .run_now();
            cx.micro(Priority::High, secs(1), || async { panic!("too early") });
            takes(ms(10)).await
        })
    });
    let report = graph.app().run(|app| async move {
        assert!(app.started().await);
        assert_eq!(app.app().task_load().running, 0);
        assert_eq!(app.app().micro_load().running, 0);
        app.stop().await.report
    });
    assert_eq!(report.exit_code(), 0);
    let stats = report.component("a").unwrap().tasks.as_ref().unwrap().stats;
    assert_eq!((stats.begun, stats.dropped), (0, 2));
}

#[test]
fn one_that_always_asks_for_its_own_next_run_leaves_the_others_the_thread() {
    let ended = play(1, |stage| async move {
        let busy = |task: Task| async move { task.run_now() };
        stage.cx.task("busy", busy).run_now();
        stage.app.stop().await
    });
    assert!(report(&ended).stats.begun > 1);
}
