//! What becomes of events while a component begins anew, is disabled or enabled.

use std::sync::Arc;

use lifecycle::component::Custom;
use lifecycle::context::ComponentHandle;
use lifecycle::event::Handling;
use lifecycle::plan::{Declaration, Restart, Scope};

use super::{Ping, adds_up, says, stats, stats_now};
use crate::kit::{Done, Graph, Run, Trace, ms, runs, secs, takes, works};

fn on_failure(declaration: Declaration, scope: Scope) -> Declaration {
    declaration
        .restart(Restart::OnFailure)
        .backoff(secs(1), secs(1))
        .scope(scope)
}

/// Fails after a second in its first run.
fn shaky(scope: Scope) -> impl Fn(Custom) -> Custom {
    move |custom| {
        custom
            .declare(|d| on_failure(d, scope))
            .run(runs([Run::Fails(1_000), Run::Works]))
    }
}

/// What is in hand is finished, what waits is kept, and what comes meanwhile is kept too.
fn survives(scope: Scope) {
    let trace = Trace::default();
    let app = Graph::new()
        .service("ear", &[], |c| {
            says(&trace, 600, Handling::DEFAULT)(shaky(scope)(c))
        })
        .app();
    app.run(|app| async move {
        assert!(app.started().await);
        takes(ms(100)).await.unwrap();
        for number in 0..4 {
            app.app().emit(Ping(number));
        }
        // At 1000 ms it fails with the second one in hand, which is done at 1300 ms.
        takes(ms(1_250)).await.unwrap();
        let now = stats_now(&app, "ear");
        assert_eq!((now.handled, now.running, now.waiting), (2, 0, 2));
        app.app().emit(Ping(4));
        takes(secs(10)).await.unwrap();
        let report = app.stop().await.report;
        assert_eq!(report.component("ear").unwrap().restarts, 1);
        assert_eq!(trace.all(), ["ear 0", "ear 1", "ear 2", "ear 3", "ear 4"]);
        assert_eq!(stats(&report, "ear").handled, 5);
    });
}

#[test]
fn a_restart_of_the_work_alone_loses_no_event() {
    survives(Scope::Itself);
}

#[test]
fn a_component_that_is_rebuilt_loses_no_event() {
    survives(Scope::Dependents);
}

#[test]
fn who_is_rebuilt_with_another_loses_no_event() {
    let trace = Trace::default();
    let app = Graph::new()
        .service("base", &[], shaky(Scope::Dependents))
        .resource("ear", &["base"], says(&trace, 600, Handling::DEFAULT))
        .app();
    app.run(|app| async move {
        assert!(app.started().await);
        takes(ms(900)).await.unwrap();
        for number in 0..3 {
            app.app().emit(Ping(number));
        }
        takes(secs(10)).await.unwrap();
        assert_eq!(trace.all(), ["ear 0", "ear 1", "ear 2"]);
    });
}

#[test]
fn a_disabled_component_misses_events_and_an_enabled_one_gets_them() {
    let trace = Trace::default();
    let app = Graph::new()
        .service("base", &[], |c| c.run(works))
        .resource("ear", &["base"], says(&trace, 100, Handling::DEFAULT))
        .service("other", &[], |c| c.run(works))
        .app();
    app.run(|app| async move {
        assert!(app.started().await);
        let handle = app.app();
        let named = |name| -> ComponentHandle { handle.component(name).unwrap() };
        app.app().emit(Ping(0));
        app.app().emit(Ping(1));
        // It goes down too, with what it has finished.
        named("base").disable().await.unwrap();
        assert_eq!(trace.all(), ["ear 0", "ear 1"]);
        assert_eq!(app.app().emit_and_wait(Ping(2)).await.missed, 1);
        let enabled = named("base").enable();
        app.app().emit(Ping(3));
        enabled.await.unwrap();
        app.app().emit(Ping(4));
        takes(secs(1)).await.unwrap();
        let report = app.stop().await.report;
        let stats = stats(&report, "ear");
        assert!(adds_up(&stats));
        // Whether the request was heard before the third one is not promised; the fourth one came after its effect.
        assert_eq!(trace.all().last().unwrap(), "ear 4");
        assert_eq!(stats.missed + stats.handled, 5);
    });
}

#[test]
fn who_waits_for_one_that_fails_for_good_hears_that() {
    let app = Graph::new()
        .service("ear", &[], |c| {
            c.declare(|d| d.optional(true))
                .run(runs([Run::Fails(1_000)]))
                .on("hear", Handling::DEFAULT, |_, _: Arc<Ping>| async {
                    takes(secs(2)).await?;
                    Done::Ok(())
                })
        })
        .service("other", &[], |c| c.run(works))
        .app();
    app.run(|app| async move {
        assert!(app.started().await);
        let handle = app.app();
        let first = handle.emit_and_wait(Ping(0));
        let other = async {
            takes(ms(3_500)).await.unwrap();
            handle.emit_and_wait(Ping(1)).await
        };
        let (first, second) = tokio::join!(first, other);
        // It finishes what it has before it is down.
        assert_eq!((first.handled, second.missed), (1, 1));
    });
}
