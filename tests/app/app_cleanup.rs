//! What is registered to be undone when the app ends, rather than when a component does.

use lifecycle::component::Custom;
use lifecycle::engine::{Phase, Signal};
use lifecycle::testing::TestApp;
use lifecycle::{AppHandle, Context};

use crate::kit::{
    Done, Graph, Logged, Trace, errors, fails, hangs, ms, panics, secs, takes, works,
};

fn app() -> TestApp {
    Graph::new().service("keeper", &[], |c| c.run(works)).app()
}

/// Registers a cleanup that says its name once it has taken its time.
fn says(app: &AppHandle, trace: &Trace, name: &'static str, after: u64) {
    let trace = trace.clone();
    app.on_cleanup(name, move || async move {
        takes(ms(after)).await?;
        trace.say(name);
        Done::Ok(())
    });
}

#[test]
fn they_have_not_run_while_the_app_runs_and_all_have_when_it_has_ended() {
    let trace = Trace::default();
    let said = trace.clone();
    let graph = Graph::new().service("a", &[], |c| {
        c.run(move |cx: Context| {
            let said = said.clone();
            async move {
                for _ in 0..100 {
                    says(&cx.app(), &said, "undone", 0);
                }
                works(cx).await
            }
        })
    });
    graph.app().run(|app| async move {
        assert!(app.started().await);
        takes(secs(1)).await.unwrap();
        assert!(trace.all().is_empty());
        assert!(app.stop().await.report.is_success());
        assert_eq!(trace.count("undone"), 100);
    });
}

#[test]
fn they_run_side_by_side_once_all_components_are_down() {
    let trace = Trace::default();
    let graph = Graph::new()
        .resource("a", &[], |c| c.stop(|_| takes(secs(1))))
        .service("b", &["a"], |c| c.run(works).stop(|_| takes(secs(1))));
    graph.app().run(|app| async move {
        assert!(app.started().await);
        for (name, after) in [("slow", 3_000), ("quick", 1_000), ("middle", 2_000)] {
            says(&app.app(), &trace, name, after);
        }
        let ended = app.stop().await;
        assert_eq!(ended.log.at("a down"), Some(secs(2)));
        assert_eq!(ended.log.at("app cleaning up"), Some(secs(2)));
        assert_eq!(ended.log.at("app ended"), Some(secs(5)));
        assert_eq!(trace.all(), ["quick", "middle", "slow"]);
        assert!(ended.report.is_success(), "{}", ended.report);
    });
}

#[test]
fn they_outlive_the_component_that_registered_them() {
    let trace = Trace::default();
    let said = trace.clone();
    let graph = Graph::new()
        .service("keeper", &[], |c| c.run(works))
        .service("brief", &[], |c| {
            c.run(move |cx: Context| {
                let said = said.clone();
                async move {
                    says(&cx.app(), &said, "undone", 0);
                }
            })
        });
    graph.app().run(|app| async move {
        takes(secs(1)).await.unwrap();
        let brief = app.app().component("brief").unwrap();
        brief.disable().await.unwrap();
        assert!(trace.all().is_empty());
        assert!(app.stop().await.report.is_success());
        assert_eq!(trace.all(), ["undone"]);
    });
}

#[test]
fn they_run_after_a_start_and_after_a_load_that_failed() {
    for load in [true, false] {
        let trace = Trace::default();
        let said = trace.clone();
        let hook = move |cx: Context| {
            says(&cx.app(), &said, "undone", 0);
            fails("no")
        };
        let hooks = |c: Custom| if load { c.load(hook) } else { c.start(hook) };
        let ended = Graph::new().resource("a", &[], hooks).app().run_to_end();
        assert_eq!(ended.report.exit_code(), if load { 78 } else { 69 });
        assert_eq!(trace.all(), ["undone"]);
    }
}

#[test]
fn one_that_fails_is_in_the_report_and_the_others_run() {
    let trace = Trace::default();
    app().run(|app| async move {
        assert!(app.started().await);
        app.app().on_cleanup("unlock", || fails("still locked"));
        says(&app.app(), &trace, "other", 5);
        let report = app.stop().await.report;
        assert_eq!(
            errors(&report),
            ["`test` failed in cleanup: the cleanup `unlock` failed: still locked"]
        );
        assert_eq!(report.exit_code(), 1);
        assert_eq!(trace.all(), ["other"]);
    });
}

#[test]
fn one_that_panics_is_in_the_report_and_the_others_run() {
    let trace = Trace::default();
    app().run(|app| async move {
        assert!(app.started().await);
        app.app().on_cleanup("unlock", || panics("no lock"));
        app.app()
            .on_cleanup("at once", || -> std::future::Ready<()> { panic!("oh") });
        says(&app.app(), &trace, "other", 5);
        let report = app.stop().await.report;
        let mut errors = errors(&report);
        errors.sort();
        assert_eq!(errors.len(), 2, "{report}");
        assert!(
            errors[0].starts_with("`test` panicked in cleanup: in the cleanup `at once`: oh (at "),
            "{errors:?}"
        );
        assert!(errors[1].contains("in the cleanup `unlock`: no lock (at "));
        assert_eq!(report.exit_code(), 70);
        assert_eq!(trace.all(), ["other"]);
    });
}

#[test]
fn one_that_hangs_is_given_up_and_named_and_the_others_run() {
    let trace = Trace::default();
    app().run(|app| async move {
        assert!(app.started().await);
        app.app().on_cleanup("hopeless", hangs);
        // It takes more than the shutdown may, and less than the last call.
        says(&app.app(), &trace, "late", 25_500);
        let ended = app.stop().await;
        assert_eq!(
            ended.log.at("app forced by its shutdown timeout"),
            Some(secs(25))
        );
        assert_eq!(ended.report.total_time(), secs(26));
        assert_eq!(ended.report.exit_code(), 75);
        let leaked = ended.report.leaked();
        assert_eq!(leaked.len(), 1, "{}", ended.report);
        assert_eq!(
            (&*leaked[0].component, &*leaked[0].task),
            ("test", "hopeless")
        );
        assert_eq!((leaked[0].elapsed, leaked[0].budget), (secs(26), secs(25)));
        assert!(leaked[0].spawned_at.contains("app_cleanup.rs"));
        assert_eq!(trace.all(), ["late"]);
        takes(ms(1)).await.unwrap();
        let alive = tokio::runtime::Handle::current()
            .metrics()
            .num_alive_tasks();
        assert_eq!(alive, 0, "it was aborted all the same");
    });
}

#[test]
fn after_a_forced_end_they_have_what_remains_of_the_last_second() {
    let trace = Trace::default();
    let graph = Graph::new().resource("a", &[], |c| c.stop(|_| hangs()));
    graph.app().run(|app| async move {
        assert!(app.started().await);
        says(&app.app(), &trace, "undone", 900);
        app.signal(Signal::Interrupt);
        takes(ms(100)).await.unwrap();
        app.signal(Signal::Interrupt);
        let report = app.ended().await.report;
        assert_eq!(report.exit_code(), 130);
        assert_eq!(report.total_time(), secs(1));
        assert_eq!(trace.all(), ["undone"]);
    });
}

#[test]
fn one_for_which_there_was_no_time_left_is_in_the_report() {
    let graph = Graph::new().resource("a", &[], |c| {
        c.start(|cx: Context| async move {
            cx.on_cleanup("hangs", hangs);
            takes(ms(0)).await
        })
    });
    let graph = graph.app().with(|app| app.shutdown_timeout(secs(1)));
    graph.run(|app| async move {
        assert!(app.started().await);
        app.app().on_cleanup("never", || takes(ms(0)));
        takes(ms(1)).await.unwrap();
        app.signal(Signal::Interrupt);
        app.signal(Signal::Interrupt);
        let report = app.ended().await.report;
        let never =
            "`test` failed in cleanup: the cleanup `never` failed: there was no time left for it";
        assert!(errors(&report).contains(&never.to_owned()), "{report}");
        assert_eq!(report.exit_code(), 130);
    });
}

#[test]
fn a_third_signal_does_not_wait_for_them() {
    app().run(|app| async move {
        assert!(app.started().await);
        app.app().on_cleanup("hangs", hangs);
        for _ in 0..3 {
            app.signal(Signal::Interrupt);
            takes(ms(100)).await.unwrap();
        }
        let report = app.ended().await.report;
        assert_eq!(report.exit_code(), 130);
        assert_eq!(report.total_time(), ms(200));
        assert_eq!(report.leaked().len(), 1, "{report}");
    });
}

#[test]
fn one_registered_by_another_runs_too_while_there_is_time() {
    let trace = Trace::default();
    app().run(|app| async move {
        assert!(app.started().await);
        let (handle, said) = (app.app(), trace.clone());
        app.app().on_cleanup("first", move || async move {
            assert_eq!(handle.phase(), Phase::Cleaning);
            let (again, also) = (handle.clone(), said.clone());
            handle.on_cleanup("second", move || async move {
                says(&again, &also, "third", 10);
            });
            says(&handle, &said, "beside", 10);
            takes(secs(1)).await
        });
        let ended = app.stop().await;
        assert_eq!(trace.all(), ["beside", "third"]);
        assert_eq!(
            ended.report.total_time(),
            secs(1),
            "nobody waits for the first"
        );
        assert!(ended.report.is_success(), "{}", ended.report);
    });
}

#[test]
fn one_that_comes_too_late_is_told_in_the_log() {
    let logged = Logged::default();
    let _guard = tracing::subscriber::set_default(logged.clone());
    let trace = Trace::default();
    app().run(|app| async move {
        let handle = app.app();
        assert!(app.stop().await.report.is_success());
        says(&handle, &trace, "late", 0);
        takes(ms(10)).await.unwrap();
        assert!(trace.all().is_empty());
    });
    let lines = logged.0.all();
    let late = "WARN message=test: the cleanup `late` came too late and will not run";
    assert!(lines.contains(&late.to_owned()), "{lines:#?}");
}

#[test]
fn inside_of_one_there_is_no_component() {
    app().run(|app| async move {
        assert!(app.started().await);
        app.app().on_cleanup("alone", || async {
            assert!(Context::try_current().is_none());
        });
        assert!(app.stop().await.report.is_success());
    });
}
