//! Events for components that are not up yet, and for those that stop.

use std::sync::Arc;

use lifecycle::Context;
use lifecycle::component::Custom;
use lifecycle::engine::State;
use lifecycle::event::Handling;
use lifecycle::plan::Ready;

use super::{Ping, adds_up, room_for, says, stats, stats_now};
use crate::kit::{Done, Graph, Trace, fails, hangs, ms, secs, takes, works};

#[test]
fn events_are_kept_until_the_component_is_up_and_come_in_order() {
    let trace = Trace::default();
    let app = Graph::new()
        .resource("ear", &[], |c| {
            says(&trace, 1, Handling::DEFAULT)(c.start(|_| takes(secs(3))))
        })
        .app();
    app.run(|app| async move {
        for number in 0..3 {
            app.app().emit(Ping(number));
        }
        takes(secs(2)).await.unwrap();
        assert_eq!(trace.all(), [""; 0]);
        assert_eq!(stats_now(&app, "ear").waiting, 3);
        app.app().emit(Ping(3));
        assert!(app.started().await);
        app.app().emit(Ping(4));
        takes(secs(1)).await.unwrap();
        assert_eq!(trace.all(), ["ear 0", "ear 1", "ear 2", "ear 3", "ear 4"]);
        let report = app.stop().await.report;
        let stats = stats(&report, "ear");
        assert_eq!((stats.emitted, stats.handled), (5, 5));
    });
}

#[test]
fn up_is_what_it_says_itself_to_be() {
    let trace = Trace::default();
    let app = Graph::new()
        .service("ear", &[], |c| {
            says(&trace, 0, Handling::DEFAULT)(c.declare(|d| d.ready(Ready::Explicit)).run(
                |cx| async move {
                    takes(secs(5)).await?;
                    cx.ready();
                    works(cx).await
                },
            ))
        })
        .app();
    app.run(|app| async move {
        app.app().emit(Ping(1));
        takes(secs(4)).await.unwrap();
        assert_eq!(trace.count("ear 1"), 0);
        assert!(app.started().await);
        takes(ms(1)).await.unwrap();
        assert_eq!(trace.count("ear 1"), 1);
    });
}

#[test]
fn what_has_no_room_is_dropped_and_counted() {
    let trace = Trace::default();
    let app = Graph::new()
        .resource("ear", &[], |c| {
            says(&trace, 0, room_for(2))(c.start(|_| takes(secs(1))))
        })
        .app();
    app.run(|app| async move {
        for number in 0..5 {
            app.app().emit(Ping(number));
        }
        assert!(app.started().await);
        let ended = app.stop().await;
        assert_eq!(trace.all(), ["ear 0", "ear 1"]);
        let stats = stats(&ended.report, "ear");
        assert_eq!((stats.handled, stats.dropped), (2, 3));
        assert!(ended.report.is_success());
        let text = ended.report.to_string();
        assert!(
            text.contains("  events of `ear` in `hear`: 2 handled, 3 dropped\n"),
            "{text}"
        );
    });
}

#[test]
fn one_that_stops_finishes_what_it_has_and_gets_nothing_new() {
    let trace = Trace::default();
    let app = Graph::new()
        .resource("ear", &[], says(&trace, 1_000, Handling::DEFAULT))
        .app();
    app.run(|app| async move {
        assert!(app.started().await);
        for number in 0..3 {
            app.app().emit(Ping(number));
        }
        app.app().shutdown("enough");
        app.reaches_named("ear", State::Quiescing).await;
        app.app().emit(Ping(3));
        let report = app.ended().await.report;
        assert_eq!(trace.all(), ["ear 0", "ear 1", "ear 2"]);
        let stats = stats(&report, "ear");
        assert_eq!((stats.handled, stats.missed), (3, 1));
        assert!(report.is_success());
    });
}

#[test]
fn what_it_does_not_finish_in_its_time_is_counted() {
    let app = Graph::new()
        .resource("ear", &[], |c| {
            c.on("hear", Handling::DEFAULT, |_, _: Arc<Ping>| hangs())
        })
        .app();
    app.run(|app| async move {
        assert!(app.started().await);
        app.app().emit(Ping(0));
        app.app().emit(Ping(1));
        takes(ms(1)).await.unwrap();
        let report = app.stop().await.report;
        let stats = stats(&report, "ear");
        assert_eq!((stats.cut_off, stats.missed), (1, 1));
        assert!(adds_up(&stats));
        assert_eq!(report.exit_code(), 75);
        let late = crate::kit::errors(&report);
        assert!(
            late[0].contains("`hear` (spawned at tests/app/events/keeping.rs:"),
            "{late:?}"
        );
    });
}

#[test]
fn those_who_stop_before_it_are_still_heard() {
    let trace = Trace::default();
    let app = Graph::new()
        .resource("ear", &[], says(&trace, 10, Handling::DEFAULT))
        .service("mouth", &["ear"], |c| {
            c.run(|cx: Context| async move {
                cx.shutdown_requested().await;
                takes(secs(1)).await?;
                cx.emit(Ping(1));
                Done::Ok(())
            })
            .stop(|cx| async move { cx.emit(Ping(2)) })
        })
        .app();
    app.run(|app| async move {
        assert!(app.started().await);
        assert!(app.stop().await.report.is_success());
        assert_eq!(trace.all(), ["ear 1", "ear 2"]);
    });
}

#[test]
fn one_that_never_comes_up_misses_its_events() {
    let app = Graph::new()
        .resource("ear", &[], |c| {
            says(&Trace::default(), 0, Handling::DEFAULT)(c.declare(|d| d.optional(true)).start(
                |_| async {
                    takes(secs(1)).await?;
                    fails("no ears today").await
                },
            ))
        })
        .service("other", &[], |c| c.run(works))
        .app();
    app.run(|app| async move {
        app.app().emit(Ping(0));
        let delivery = app.app().emit_and_wait(Ping(1)).await;
        assert_eq!(delivery.missed, 1);
        app.app().emit(Ping(2));
        let report = app.stop().await.report;
        let stats = stats(&report, "ear");
        assert_eq!((stats.emitted, stats.missed), (3, 3));
    });
}

#[test]
fn several_at_once_where_that_is_asked_for() {
    let trace = Trace::default();
    let how = Handling {
        concurrency: 4,
        ..Handling::DEFAULT
    };
    let app = Graph::new()
        .resource("ear", &[], says(&trace, 1_000, how))
        .app();
    app.run(|app| async move {
        assert!(app.started().await);
        for number in 0..8 {
            app.app().emit(Ping(number));
        }
        takes(ms(1)).await.unwrap();
        let stats = stats_now(&app, "ear");
        assert_eq!((stats.running, stats.waiting), (4, 4));
        takes(ms(1_001)).await.unwrap();
        assert_eq!(trace.all().len(), 4);
        takes(ms(1_000)).await.unwrap();
        assert_eq!(trace.all().len(), 8);
    });
}

#[test]
fn a_component_that_is_added_hears_what_comes_from_then_on() {
    let trace = Trace::default();
    let app = Graph::new().service("other", &[], |c| c.run(works)).app();
    app.run(|app| async move {
        assert!(app.started().await);
        app.app().emit(Ping(0));
        let late = says(&trace, 0, Handling::DEFAULT)(Custom::resource("late"));
        app.app().add(late.start(|_| takes(secs(1)))).await.unwrap();
        app.app().emit_and_wait(Ping(1)).await;
        assert_eq!(trace.all(), ["late 1"]);
        assert_eq!(stats(&app.stop().await.report, "late").emitted, 1);
    });
}
