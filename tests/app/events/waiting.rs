//! `emit_and_wait`, which always returns.

use std::sync::Arc;

use lifecycle::Context;
use lifecycle::event::{Delivery, Handling};

use super::{Ping, room_for, says, stats, stats_now};
use crate::kit::{Done, Graph, Trace, hangs, ms, secs, takes, works};

/// Another event.
struct Pong;

#[test]
fn it_returns_when_all_handlers_are_done() {
    let trace = Trace::default();
    let app = Graph::new()
        .resource("quick", &[], says(&trace, 10, Handling::DEFAULT))
        .resource("slow", &[], says(&trace, 5_000, Handling::DEFAULT))
        .app();
    app.run(|app| async move {
        let before = app.app().status().age;
        assert_eq!(app.app().emit_and_wait(Ping(1)).await.handled, 2);
        assert!(app.app().status().age - before >= secs(5));
        assert_eq!(trace.all(), ["quick 1", "slow 1"]);
    });
}

#[test]
fn it_finds_room_where_there_is_none_and_keeps_the_order() {
    let trace = Trace::default();
    let app = Graph::new()
        .resource("ear", &[], says(&trace, 1_000, room_for(1)))
        .app();
    app.run(|app| async move {
        assert!(app.started().await);
        app.app().emit(Ping(0));
        takes(ms(1)).await.unwrap();
        for number in 1..4 {
            app.app().emit(Ping(number));
        }
        assert!(app.app().emit_and_wait(Ping(4)).await.is_handled());
        assert_eq!(trace.all(), ["ear 0", "ear 1", "ear 4"]);
        assert_eq!(stats_now(&app, "ear").dropped, 2);
    });
}

#[test]
fn one_that_gives_up_leaves_nothing_behind_for_which_there_is_no_room() {
    let trace = Trace::default();
    let app = Graph::new()
        .resource("ear", &[], says(&trace, 1_000, room_for(1)))
        .app();
    app.run(|app| async move {
        assert!(app.started().await);
        let patience = async |number| {
            let handle = app.app();
            lifecycle_timeout(10, handle.emit_and_wait(Ping(number))).await
        };
        for number in 0..5 {
            assert!(patience(number).await.is_none());
        }
        let now = stats_now(&app, "ear");
        // The first one is in hand, the second one has the room that there is.
        assert_eq!((now.running, now.waiting, now.dropped), (1, 1, 3));
        let report = app.stop().await.report;
        assert_eq!(trace.all(), ["ear 0", "ear 1"]);
        assert_eq!(stats(&report, "ear").handled, 2);
    });
}

async fn lifecycle_timeout<F: Future>(millis: u64, future: F) -> Option<F::Output> {
    tokio::time::timeout(ms(millis), future).await.ok()
}

#[test]
fn it_returns_when_the_component_stops_or_the_app_ends() {
    let app = Graph::new()
        .resource("ear", &[], |c| {
            c.on("hear", Handling::DEFAULT, |_, _: Arc<Ping>| hangs())
        })
        .app();
    app.run(|app| async move {
        assert!(app.started().await);
        let handle = app.app();
        let all = async {
            let first = handle.emit_and_wait(Ping(0)).await;
            let late = handle.emit_and_wait(Ping(1)).await;
            (first, late)
        };
        let stop = async {
            takes(ms(1)).await.unwrap();
            app.stop().await
        };
        let ((first, late), ended) = tokio::join!(all, stop);
        assert_eq!((first.cut_off, late.missed), (1, 1));
        assert_eq!(ended.report.exit_code(), 75);
        assert_eq!(handle.emit_and_wait(Ping(2)).await.missed, 1);
        handle.emit(Ping(3));
    });
}

#[test]
fn inside_a_handler_it_does_not_wait_for_itself() {
    let trace = Trace::default();
    let said = trace.clone();
    let app = Graph::new()
        .resource("ear", &[], |c| {
            c.on(
                "hear",
                Handling::DEFAULT,
                move |cx: Context, ping: Arc<Ping>| {
                    let said = said.clone();
                    async move {
                        if ping.0 < 3 {
                            // Without waiting, the same type again.
                            cx.emit(Ping(ping.0 + 10));
                            let delivery = cx.emit_and_wait(Ping(ping.0 + 1)).await;
                            assert_eq!((delivery.handled, delivery.not_awaited), (1, 1));
                        }
                        said.say(format!("{}", ping.0));
                    }
                },
            )
        })
        .resource("other", &[], says(&trace, 100, Handling::DEFAULT))
        .app();
    app.run(|app| async move {
        assert!(app.started().await);
        assert_eq!(app.app().emit_and_wait(Ping(2)).await.handled, 2);
        takes(secs(1)).await.unwrap();
        let all = trace.all();
        let own: Vec<_> = all
            .iter()
            .filter(|line| !line.starts_with("other"))
            .collect();
        assert_eq!(own, ["2", "12", "3"]);
    });
}

#[test]
fn two_handlers_that_would_wait_for_each_other_do_not() {
    let app = Graph::new()
        .resource("left", &[], |c| {
            c.on(
                "hear",
                Handling::DEFAULT,
                |cx: Context, _: Arc<Ping>| async move {
                    takes(ms(10)).await?;
                    let delivery = cx.emit_and_wait(Pong).await;
                    assert_eq!(delivery.handled + delivery.not_awaited, 1);
                    Done::Ok(())
                },
            )
        })
        .resource("right", &[], |c| {
            c.on(
                "hear",
                Handling::DEFAULT,
                |cx: Context, _: Arc<Pong>| async move {
                    takes(ms(10)).await?;
                    let delivery = cx.emit_and_wait(Ping(1)).await;
                    assert_eq!(delivery.handled + delivery.not_awaited, 1);
                    // Or the two of them would go on for ever.
                    cx.app().shutdown("enough");
                    Done::Ok(())
                },
            )
        })
        .service("other", &[], |c| c.run(works))
        .app();
    app.run(|app| async move {
        assert!(app.started().await);
        let handle = app.app();
        let both =
            async { tokio::join!(handle.emit_and_wait(Ping(0)), handle.emit_and_wait(Pong)) };
        let (ping, pong): (Delivery, Delivery) = lifecycle_timeout(60_000, both).await.unwrap();
        assert_eq!((ping.handled, pong.handled), (1, 1));
        let report = app.ended().await.report;
        assert!(report.is_success(), "{report}");
    });
}

#[test]
fn it_returns_when_the_app_stops_before_the_component_could_come_up() {
    let app = Graph::new()
        .resource("slow", &[], |c| {
            c.declare(|d| d.start_timeout(secs(3_600)))
                .start(|_| takes(secs(3_000)))
        })
        .resource(
            "ear",
            &["slow"],
            says(&Trace::default(), 0, Handling::DEFAULT),
        )
        .service("other", &[], |c| {
            c.run(|cx: Context| async move {
                cx.app().shutdown("too early");
                let delivery = cx.emit_and_wait(Ping(0)).await;
                assert_eq!(delivery.missed, 1);
                cx.shutdown_requested().await;
                Done::Ok(())
            })
        })
        .app();
    app.with(|app| app.drain_delay(secs(2)).start_budget(secs(3_600)))
        .run(|app| async move {
            let report = app.ended().await.report;
            assert!(report.errors().is_empty(), "{report}");
            assert!(report.leaked().is_empty());
        });
}
