//! Signals, without a process.

use lifecycle::app::{SecondSigterm, StopCause};
use lifecycle::engine::{Force, Signal};
use lifecycle::{Context, Reason};

use crate::kit::{Graph, Trace, hangs, ms, secs, takes, works};

/// `api` hangs in its stop hook and registers a cleanup.
fn hanging(trace: &Trace) -> Graph {
    let said = trace.clone();
    Graph::new()
        .resource("base", &[], |c| c.stop(trace.hook("stop base")))
        .resource("api", &["base"], |c| {
            c.start(move |cx: Context| {
                let said = said.clone();
                async move {
                    cx.on_cleanup("undo", move || async move { said.say("undo api") });
                    takes(ms(0)).await
                }
            })
            .stop(|_| hangs())
        })
}

#[test]
fn the_first_signal_stops_the_app_well() {
    for signal in [Signal::Interrupt, Signal::Terminate] {
        let trace = Trace::default();
        let said = trace.clone();
        let graph = Graph::new().service("api", &[], |c| {
            c.run(move |cx: Context| {
                let said = said.clone();
                async move {
                    let reason = cx.shutdown_requested().await;
                    assert_eq!(reason, Reason::Signal(signal));
                    said.say(reason.to_string());
                }
            })
        });
        graph.app().run(|app| async move {
            assert!(app.started().await);
            app.signal(signal);
            let report = app.ended().await.report;
            assert_eq!(report.cause(), Some(&StopCause::Signal(signal)));
            assert_eq!(report.exit_code(), 0);
        });
        assert_eq!(trace.all(), [signal.to_string()]);
    }
}

#[test]
fn a_second_sigint_forces_the_end_and_cleanups_still_run() {
    let trace = Trace::default();
    hanging(&trace).app().run(|app| async move {
        assert!(app.started().await);
        app.signal(Signal::Interrupt);
        takes(ms(100)).await.unwrap();
        app.signal(Signal::Interrupt);
        let ended = app.ended().await;
        assert_eq!(ended.report.exit_code(), 130);
        assert_eq!(
            ended.report.forced(),
            Some(Force::Signal(Signal::Interrupt))
        );
        assert!(ended.report.total_time() <= ms(1100));
        assert!(!ended.report.is_success());
    });
    // Forced, no stop hook is called any more.
    assert_eq!(trace.all(), ["undo api"]);
}

#[test]
fn a_cleanup_has_one_second_once_the_end_is_forced() {
    let graph = Graph::new().resource("api", &[], |c| {
        c.start(|cx: Context| async move {
            cx.on_cleanup("undo", hangs);
            takes(ms(0)).await
        })
    });
    graph.app().run(|app| async move {
        assert!(app.started().await);
        app.signal(Signal::Interrupt);
        app.signal(Signal::Interrupt);
        let ended = app.ended().await;
        assert_eq!(ended.report.exit_code(), 130);
        assert!(ended.report.total_time() <= secs(1), "{}", ended.log);
    });
}

#[test]
fn a_sigint_after_a_sigterm_forces_the_end_too() {
    let trace = Trace::default();
    hanging(&trace).app().run(|app| async move {
        assert!(app.started().await);
        app.signal(Signal::Terminate);
        takes(ms(10)).await.unwrap();
        app.signal(Signal::Interrupt);
        assert_eq!(app.ended().await.report.exit_code(), 130);
    });
}

#[test]
fn a_second_sigterm_is_ignored_and_said() {
    let trace = Trace::default();
    hanging(&trace).app().run(|app| async move {
        assert!(app.started().await);
        app.signal(Signal::Terminate);
        app.signal(Signal::Terminate);
        let ended = app.ended().await;
        assert!(ended.log.has("app ignores SIGTERM"));
        assert_eq!(ended.report.total_time(), secs(5));
        assert_eq!(ended.report.exit_code(), 75);
    });
    assert_eq!(trace.all(), ["undo api", "stop base"]);
}

#[test]
fn a_second_sigterm_forces_the_end_if_the_app_says_so() {
    let trace = Trace::default();
    let app = hanging(&trace)
        .app()
        .with(|app| app.second_sigterm(SecondSigterm::Force));
    app.run(|app| async move {
        assert!(app.started().await);
        app.signal(Signal::Terminate);
        app.signal(Signal::Terminate);
        assert_eq!(app.ended().await.report.exit_code(), 143);
    });
    assert_eq!(trace.all(), ["undo api"]);
}

#[test]
fn a_third_sigint_ends_at_once_and_lists_what_is_alive() {
    let graph = Graph::new().service("api", &[], |c| {
        c.start(|cx: Context| async move {
            cx.on_cleanup("undo", hangs);
            takes(ms(0)).await
        })
        .run(works)
    });
    graph.app().run(|app| async move {
        assert!(app.started().await);
        for _ in 0..3 {
            app.signal(Signal::Interrupt);
            takes(ms(10)).await.unwrap();
        }
        let report = app.ended().await.report;
        assert_eq!(report.exit_code(), 130);
        assert_eq!(report.total_time(), ms(20));
        let [leak] = report.leaked() else {
            panic!("{report}")
        };
        assert_eq!(leak.component, "api");
    });
}

#[test]
fn a_signal_after_a_shutdown_that_began_by_itself_forces_nothing() {
    let graph = Graph::new().resource("api", &[], |c| c.stop(|_| takes(secs(2))));
    graph.app().run(|app| async move {
        assert!(app.started().await);
        app.app().shutdown("deploy");
        takes(secs(1)).await.unwrap();
        app.signal(Signal::Terminate);
        let ended = app.ended().await;
        assert_eq!(ended.report.exit_code(), 0);
        assert_eq!(ended.report.total_time(), secs(2));
    });
}

#[test]
fn two_signals_during_a_start_force_its_end() {
    let graph = Graph::new()
        .resource("base", &[], |c| c.stop(|_| hangs()))
        .resource("slow", &["base"], |c| c.start(|_| hangs()));
    graph.app().run(|app| async move {
        takes(ms(10)).await.unwrap();
        app.signal(Signal::Interrupt);
        takes(ms(10)).await.unwrap();
        app.signal(Signal::Interrupt);
        let report = app.ended().await.report;
        assert_eq!(report.exit_code(), 130);
        assert_eq!(report.total_time(), ms(20));
    });
}
