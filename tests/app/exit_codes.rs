//! The exit code follows from the cause; a failure never gives 0.

use lifecycle::Context;
use lifecycle::engine::Signal;

use crate::kit::{Done, Graph, fails, hangs, ms, panics, takes, works};

/// Runs an app of one service until it ends, and gives its exit code.
fn code<F>(run: impl Fn(Context) -> F + Send + Sync + 'static) -> u8
where
    F: Future<Output = Done> + Send + 'static,
{
    let graph = Graph::new().service("a", &[], |c| c.run(run));
    graph.app().run_to_end().report.exit_code()
}

#[test]
fn the_whole_table() {
    assert_eq!(code(|_| takes(ms(1))), 0);
    assert_eq!(code(|_| fails("no")), 1);
    assert_eq!(code(|_| panics("no")), 70);
    let one = |hooks: fn(lifecycle::component::Custom) -> lifecycle::component::Custom| {
        let app = Graph::new().resource("a", &[], hooks).app();
        app.run(|app| async move {
            if app.started().await {
                app.app().shutdown("done");
            }
            app.ended().await.report.exit_code()
        })
    };
    assert_eq!(one(|c| c), 0);
    assert_eq!(one(|c| c.load(|_| fails("no"))), 78);
    assert_eq!(one(|c| c.load(|_| panics("no"))), 78);
    assert_eq!(one(|c| c.load(|_| hangs())), 78);
    assert_eq!(one(|c| c.start(|_| fails("no"))), 69);
    assert_eq!(one(|c| c.start(|_| panics("no"))), 70);
    assert_eq!(one(|c| c.start(|_| hangs())), 69);
    assert_eq!(one(|c| c.stop(|_| fails("no"))), 1);
    assert_eq!(one(|c| c.stop(|_| panics("no"))), 70);
    assert_eq!(one(|c| c.stop(|_| hangs())), 75);
    assert_eq!(one(|c| c.drain(|_| fails("no"))), 1);
    assert_eq!(one(|c| c.drain(|_| panics("no"))), 70);
    assert_eq!(one(|c| c.drain(|_| hangs())), 75);
}

#[test]
fn exit_code_overrides_success_only() {
    let run = |end: fn() -> lifecycle::component::BoxFuture<Done>| {
        code(move |cx: Context| {
            cx.app().exit_code(42);
            end()
        })
    };
    assert_eq!(run(|| Box::pin(takes(ms(1)))), 42);
    assert_eq!(run(|| Box::pin(fails("no"))), 1);
    assert_eq!(run(|| Box::pin(panics("no"))), 70);
}

#[test]
fn an_exit_code_that_was_asked_for_is_a_good_end() {
    let graph = Graph::new().service("a", &[], |c| {
        c.run(|cx: Context| {
            cx.app().exit_code(3);
            takes(ms(0))
        })
    });
    let report = graph.app().run_to_end().report;
    assert_eq!(report.exit_code(), 3);
    assert!(report.is_success());
}

#[test]
fn the_last_exit_code_that_was_asked_for_stands() {
    let run = code(|cx: Context| {
        cx.app().exit_code(3);
        cx.app().exit_code(4);
        takes(ms(0))
    });
    assert_eq!(run, 4);
}

#[test]
fn signals_that_force_have_their_own() {
    let forced = |signals: &'static [Signal]| {
        let graph = Graph::new().service("a", &[], |c| c.run(works).stop(|_| hangs()));
        let app = graph
            .app()
            .with(|app| app.second_sigterm(lifecycle::app::SecondSigterm::Force));
        app.run(move |app| async move {
            assert!(app.started().await);
            for signal in signals {
                app.signal(*signal);
            }
            app.ended().await.report.exit_code()
        })
    };
    assert_eq!(forced(&[Signal::Interrupt, Signal::Interrupt]), 130);
    assert_eq!(forced(&[Signal::Terminate, Signal::Terminate]), 143);
    assert_eq!(forced(&[Signal::Terminate, Signal::Interrupt]), 130);
    assert_eq!(forced(&[Signal::Terminate]), 75);
}

#[test]
fn what_fails_on_the_way_down_makes_a_good_cause_a_failure() {
    let graph = Graph::new().service("a", &[], |c| {
        c.run(|cx: Context| async move {
            cx.shutdown_requested().await;
            fails("late").await
        })
    });
    graph.app().run(|app| async move {
        assert!(app.started().await);
        app.signal(Signal::Terminate);
        assert_eq!(app.ended().await.report.exit_code(), 1);
    });
}
