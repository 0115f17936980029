//! Handlers that fail, panic, or flood the log.

use std::sync::Arc;

use lifecycle::component::Custom;
use lifecycle::event::Handling;

use super::{Ping, adds_up, room_for, stats};
use crate::kit::{Done, Graph, Logged, Trace, hangs, secs, takes};

/// Fails on 1, panics on 2, and handles all else.
fn moody(custom: Custom) -> Custom {
    custom.on("hear", Handling::DEFAULT, |_, ping: Arc<Ping>| async move {
        match ping.0 {
            1 => Err("no ones".into()),
            2 => panic!("no twos"),
            _ => Done::Ok(()),
        }
    })
}

#[test]
fn an_error_or_a_panic_ends_neither_the_handler_nor_its_component() {
    let app = Graph::new().resource("ear", &[], moody).app();
    app.run(|app| async move {
        assert!(app.started().await);
        for number in [0, 1, 2] {
            app.app().emit(Ping(number));
        }
        let delivery = app.app().emit_and_wait(Ping(3)).await;
        assert!(delivery.is_handled());
        assert_eq!(app.app().emit_and_wait(Ping(1)).await.failed, 1);
        assert_eq!(app.app().emit_and_wait(Ping(2)).await.panicked, 1);

        let status = app.app().status().to_string();
        assert!(
            status.contains("`hear`: 2 handled, 2 failed, 2 panicked"),
            "{status}"
        );
        let report = app.stop().await.report;
        assert!(report.is_success());
        let stats = stats(&report, "ear");
        assert_eq!((stats.handled, stats.failed, stats.panicked), (2, 2, 2));
        assert!(adds_up(&stats));
        let errors = &report.component("ear").unwrap().handlers[0].errors;
        assert_eq!(errors[0], "no ones");
        assert!(
            errors[1].starts_with("it panicked: no twos (at tests/app/events/"),
            "{errors:?}"
        );
        let text = report.to_string();
        assert!(
            text.contains("in `hear`: 2 handled, 2 failed, 2 panicked\n    no ones (2 times)\n"),
            "{text}"
        );
        let json = serde_json::to_value(&report).unwrap();
        assert_eq!(json["components"][0]["handlers"][0]["stats"]["failed"], 2);
    });
}

#[test]
fn a_panic_in_a_handler_that_is_not_yet_a_future_is_caught_too() {
    let app = Graph::new()
        .resource("ear", &[], |c| {
            c.on("hear", Handling::DEFAULT, |_, ping: Arc<Ping>| {
                assert!(ping.0 > 0, "nothing");
                std::future::ready(())
            })
        })
        .app();
    app.run(|app| async move {
        assert!(app.started().await);
        assert_eq!(app.app().emit_and_wait(Ping(0)).await.panicked, 1);
        assert_eq!(app.app().emit_and_wait(Ping(1)).await.handled, 1);
    });
}

#[test]
fn the_log_has_a_line_now_and_then_and_not_a_storm() {
    let logged = Logged::default();
    tracing::subscriber::with_default(logged.clone(), || {
        let app = Graph::new()
            .resource("ear", &[], moody)
            .resource("wall", &[], |c| {
                c.on("hear", room_for(1), |_, _: Arc<Ping>| hangs())
            })
            .app();
        app.run(|app| async move {
            assert!(app.started().await);
            for _ in 0..100 {
                app.app().emit(Ping(1));
            }
            takes(secs(11)).await.unwrap();
            app.app().emit(Ping(1));
            app.app().emit(Ping(0));
            takes(secs(1)).await.unwrap();
        });
    });
    let of = |words: &str| {
        let lines = logged.0.all().into_iter();
        lines
            .filter(|line| line.contains(words))
            .collect::<Vec<_>>()
    };
    let failed = of("failed on app::events::Ping");
    assert_eq!(failed.len(), 2, "{failed:#?}");
    assert!(
        failed[0].contains("ear: `hear` failed on app::events::Ping: no ones "),
        "{failed:#?}"
    );
    assert!(
        failed[1].contains("no ones (99 more since the last line)"),
        "{failed:#?}"
    );
    let dropped = of("has no room");
    assert_eq!(dropped.len(), 2, "{dropped:#?}");
    assert!(
        dropped[1].contains(
            "wall: `hear` has no room for another app::events::Ping: 1 wait, 100 dropped so far"
        ),
        "{dropped:#?}"
    );
}

#[test]
fn the_log_says_once_for_each_type_that_nobody_gets_its_events() {
    let trace = Trace::default();
    let _log = tracing::subscriber::set_default(Logged::on(trace.clone()));
    let app = Graph::new().resource("ear", &[], moody).app();
    app.run(|app| async move {
        assert!(app.started().await);
        let subscription = app.app().subscribe::<u8>();
        for _ in 0..3 {
            app.app().emit(Ping(0));
            app.app().emit(Arc::new(Ping(0)));
            app.app().emit(0_u8);
            app.app().emit("hello");
        }
        drop(subscription);
        app.app().emit(0_u8);
    });
    let all = trace.all();
    let lines = all
        .iter()
        .filter_map(|line| line.split("nobody handles").nth(1));
    let expected = [
        " or subscribes to events of type `alloc::sync::Arc<app::events::Ping>`; emit the event itself, which handlers get in an `Arc`",
        " or subscribes to events of type `&str`",
        " or subscribes to events of type `u8`",
    ];
    assert_eq!(lines.collect::<Vec<_>>(), expected);
    assert!(
        all.iter()
            .any(|line| line.starts_with("DEBUG") && line.contains("`u8`"))
    );
}
