//! What a component registered to be undone.

use lifecycle::Context;
use lifecycle::component::{BoxFuture, Custom};

use crate::kit::{Done, Graph, Trace, errors, fails, hangs, ms, panics, secs, takes};

/// Registers cleanups in its start hook, which then ends as it is told.
fn registers(
    trace: &Trace,
    end: fn() -> BoxFuture<Done>,
    middle: fn() -> BoxFuture<Done>,
) -> impl FnOnce(Custom) -> Custom {
    let trace = trace.clone();
    move |c| {
        c.start(move |cx: Context| {
            let (first, last) = (trace.clone(), trace.clone());
            async move {
                cx.on_cleanup("first", move || async move { first.say("first") });
                cx.on_cleanup("middle", middle);
                cx.on_cleanup("last", move || async move { last.say("last") });
                end().await
            }
        })
    }
}

#[test]
fn cleanups_run_last_first() {
    let trace = Trace::default();
    let graph = Graph::new().resource(
        "a",
        &[],
        registers(
            &trace,
            || Box::pin(takes(ms(0))),
            || Box::pin(takes(ms(10))),
        ),
    );
    graph.app().run(|app| async move {
        assert!(app.started().await);
        assert!(app.stop().await.report.is_success());
    });
    assert_eq!(trace.all(), ["last", "first"]);
}

#[test]
fn cleanups_have_not_run_while_the_component_is_up() {
    let trace = Trace::default();
    let said = trace.clone();
    let graph = Graph::new().service("a", &[], |c| {
        c.run(move |cx: Context| {
            let said = said.clone();
            async move {
                for i in 0..100 {
                    let said = said.clone();
                    cx.on_cleanup("undo", move || async move { said.say(format!("{i}")) });
                }
                cx.shutdown_requested().await;
            }
        })
    });
    graph.app().run(|app| async move {
        assert!(app.started().await);
        takes(secs(1)).await.unwrap();
        assert!(trace.all().is_empty());
        assert!(app.stop().await.report.is_success());
        assert_eq!(trace.all().len(), 100);
        assert_eq!(trace.all()[0], "99");
    });
}

#[test]
fn cleanups_run_after_a_start_that_failed_or_panicked() {
    for end in [
        (|| Box::pin(fails("no")) as BoxFuture<Done>) as fn() -> BoxFuture<Done>,
        || Box::pin(panics("no")),
        || Box::pin(hangs()),
    ] {
        let trace = Trace::default();
        let ended = Graph::new()
            .resource("a", &[], registers(&trace, end, || Box::pin(takes(ms(0)))))
            .app()
            .run_to_end();
        assert_ne!(ended.report.exit_code(), 0);
        assert_eq!(trace.all(), ["last", "first"]);
    }
}

#[test]
fn a_cleanup_that_fails_is_kept_and_the_others_run() {
    let trace = Trace::default();
    let graph = Graph::new().resource(
        "a",
        &[],
        registers(
            &trace,
            || Box::pin(takes(ms(0))),
            || Box::pin(fails("still locked")),
        ),
    );
    graph.app().run(|app| async move {
        assert!(app.started().await);
        let report = app.stop().await.report;
        assert_eq!(
            errors(&report),
            ["`a` failed in cleanup: the cleanup `middle` failed: still locked"]
        );
        assert_eq!(report.exit_code(), 1);
    });
    assert_eq!(trace.all(), ["last", "first"]);
}

#[test]
fn a_cleanup_that_panics_is_kept_and_the_others_run() {
    let trace = Trace::default();
    let graph = Graph::new().resource(
        "a",
        &[],
        registers(
            &trace,
            || Box::pin(takes(ms(0))),
            || Box::pin(panics("no lock")),
        ),
    );
    graph.app().run(|app| async move {
        assert!(app.started().await);
        let report = app.stop().await.report;
        let errors = errors(&report);
        assert_eq!(errors.len(), 1);
        assert!(
            errors[0].starts_with("`a` panicked in cleanup: in the cleanup `middle`: no lock (at "),
            "{errors:?}"
        );
        assert_eq!(report.exit_code(), 70);
    });
    assert_eq!(trace.all(), ["last", "first"]);
}

#[test]
fn a_cleanup_that_hangs_is_aborted_and_does_not_keep_later_ones_from_running() {
    let trace = Trace::default();
    let graph = Graph::new().resource(
        "a",
        &[],
        registers(&trace, || Box::pin(takes(ms(0))), || Box::pin(hangs())),
    );
    graph.app().run(|app| async move {
        assert!(app.started().await);
        let ended = app.stop().await;
        assert_eq!(ended.log.at("a overstayed in cleanup"), Some(secs(5)));
        assert_eq!(ended.report.exit_code(), 75);
        assert!(ended.report.leaked().is_empty());
        assert_eq!(ended.report.errors().len(), 1, "{}", ended.report);
    });
    assert_eq!(trace.all(), ["last", "first"]);
}

#[test]
fn several_cleanups_that_hang_do_not_hold_the_end_up() {
    let graph = Graph::new().resource("a", &[], |c| {
        c.start(|cx: Context| async move {
            for _ in 0..20 {
                cx.on_cleanup("undo", hangs);
            }
            takes(ms(0)).await
        })
    });
    graph.app().run(|app| async move {
        assert!(app.started().await);
        let ended = app.stop().await;
        assert!(ended.report.total_time() <= secs(6), "{}", ended.log);
        let alive = tokio::runtime::Handle::current()
            .metrics()
            .num_alive_tasks();
        assert_eq!(alive, 0);
        // After the first they run side by side, and all that hang are aborted.
        assert!(ended.report.leaked().is_empty(), "{}", ended.report);
    });
}

#[test]
fn an_error_of_a_cleanup_can_be_kept_from_where_it_cannot_be_returned() {
    struct Lock(Context);
    impl Drop for Lock {
        fn drop(&mut self) {
            self.0.cleanup_error(std::io::Error::other("still locked"));
        }
    }
    let graph = Graph::new().resource("a", &[], |c| {
        c.start(|cx: Context| async move { Ok::<_, std::io::Error>(Lock(cx)) })
    });
    graph.app().run(|app| async move {
        assert!(app.started().await);
        let report = app.stop().await.report;
        assert_eq!(errors(&report), ["`a` failed in cleanup: still locked"]);
        assert_eq!(report.exit_code(), 1);
    });
}

#[test]
fn an_error_of_a_cleanup_does_not_fail_a_component_that_is_up() {
    let graph = Graph::new().service("a", &[], |c| {
        c.run(|cx: Context| async move {
            cx.cleanup_error(std::io::Error::other("old file left behind"));
            cx.shutdown_requested().await;
        })
    });
    graph.app().run(|app| async move {
        takes(secs(1)).await.unwrap();
        assert_eq!(app.app().phase(), lifecycle::engine::Phase::Running);
        let report = app.stop().await.report;
        assert_eq!(report.errors().len(), 1);
    });
}

#[test]
fn a_cleanup_that_the_drop_of_the_component_registers_runs_too() {
    struct Guarded(Context, Trace);
    impl Drop for Guarded {
        fn drop(&mut self) {
            let trace = self.1.clone();
            self.0
                .on_cleanup("late", move || async move { trace.say("late") });
        }
    }
    let trace = Trace::default();
    let said = trace.clone();
    let graph = Graph::new().resource("a", &[], |c| {
        c.start(move |cx: Context| {
            let said = said.clone();
            async move { Ok::<_, std::io::Error>(Guarded(cx, said)) }
        })
    });
    let report = graph.app().run(|app| async move {
        assert!(app.started().await);
        app.stop().await.report
    });
    assert_eq!(trace.all(), ["late"]);
    assert!(report.is_success(), "{report}");
}

#[test]
fn none_that_fails_is_lost_however_many_there_are_or_however_much_they_say() {
    let graph = Graph::new().resource("a", &[], |c| {
        c.start(|cx: Context| async move {
            for _ in 0..300 {
                cx.on_cleanup("quiet", || fails("quiet"));
            }
            let app = cx.app();
            cx.on_cleanup("talkative", move || async move {
                (0..600).for_each(|_| app.exit_code(0));
                fails("talkative").await
            });
            Done::Ok(())
        })
    });
    graph.app().run(|app| async move {
        assert!(app.started().await);
        let report = app.stop().await.report;
        assert_eq!(report.errors().len(), 301);
        assert_eq!(report.exit_code(), 1);
    });
}
