//! Subscriptions and observers.

use std::sync::{Arc, Mutex};

use lifecycle::event::{Emitted, Handling};
use lifecycle::observe::{Event, Observer};

use super::{Ping, room_for, says};
use crate::kit::{Graph, Trace, secs, takes, works};

struct Other;

#[test]
fn a_stream_has_all_events_in_order_and_ends_with_the_app() {
    let app = Graph::new().service("base", &[], |c| c.run(works)).app();
    app.run(|app| async move {
        let mut pings = app.app().subscribe::<Ping>();
        let mut late = app.app().subscribe::<Other>();
        assert!(pings.try_recv().is_none());
        for number in 0..3 {
            app.app().emit(Ping(number));
        }
        app.app().emit(Other);
        assert_eq!(app.app().emit_and_wait(Ping(3)).await.handled, 0);
        assert_eq!(pings.recv().await.unwrap().0, 0);
        let handle = app.app();
        app.stop().await;
        handle.emit(Ping(9));
        for number in 1..4 {
            assert_eq!(pings.recv().await.unwrap().0, number);
        }
        assert!(pings.recv().await.is_none());
        assert!(late.recv().await.is_some());
        assert!(late.recv().await.is_none());
        assert!(handle.subscribe::<Ping>().recv().await.is_none());
    });
}

#[test]
fn one_that_waits_is_woken_by_an_event_and_by_the_end() {
    let app = Graph::new().service("base", &[], |c| c.run(works)).app();
    app.run(|app| async move {
        let mut pings = app.app().subscribe::<Ping>();
        let emit = async {
            takes(secs(1)).await.unwrap();
            app.app().emit(Ping(1));
        };
        let (ping, ()) = tokio::join!(pings.recv(), emit);
        assert_eq!(ping.unwrap().0, 1);
        let (ping, _) = tokio::join!(pings.recv(), app.stop());
        assert!(ping.is_none());
    });
}

#[test]
fn what_a_stream_has_no_room_for_is_counted() {
    let app = Graph::new().service("base", &[], |c| c.run(works)).app();
    app.run(|app| async move {
        let mut pings = app.app().subscribe_with::<Ping>(2);
        for number in 0..5 {
            app.app().emit(Ping(number));
        }
        assert_eq!(pings.missed(), 3);
        assert_eq!(pings.recv().await.unwrap().0, 0);
        assert_eq!(pings.recv().await.unwrap().0, 1);
        assert!(pings.try_recv().is_none());
        app.app().emit(Ping(5));
        assert_eq!(pings.recv().await.unwrap().0, 5);
    });
}

#[test]
#[should_panic(expected = "a subscription needs room for at least one event")]
fn a_stream_without_room_is_refused() {
    let app = Graph::new().service("base", &[], |c| c.run(works)).app();
    app.run(|app| async move {
        let _ = app.app().subscribe_with::<Ping>(0);
    });
}

#[test]
#[should_panic(expected = "a handler needs room for at least one event")]
fn a_handler_without_room_is_refused() {
    let _ = Graph::new().resource("ear", &[], says(&Trace::default(), 0, room_for(0)));
}

/// Keeps what it sees, and panics at what is no ping.
#[derive(Clone, Default)]
struct Watcher(Arc<Mutex<Vec<String>>>);

impl Observer for Watcher {
    fn on_event(&self, _event: &Event<'_>) {}

    fn on_emit(&self, emitted: &Emitted<'_>) {
        let ping = emitted.event::<Ping>().expect("only pings");
        let line = format!("{} {:?} {}", emitted.name(), emitted.by(), ping.0);
        self.0.lock().unwrap().push(line);
    }
}

#[test]
fn an_observer_sees_all_events_whoever_emits_them() {
    let (watcher, trace) = (Watcher::default(), Trace::default());
    let app = Graph::new()
        .resource("ear", &[], says(&trace, 0, Handling::DEFAULT))
        .service("mouth", &["ear"], |c| {
            c.run(|cx| async move { cx.emit(Ping(1)) })
        })
        .app();
    app.with(|app| app.observer(watcher.clone()))
        .run(|app| async move {
            app.app().emit(Ping(0));
            // Its panic is caught.
            app.app().emit(Other);
            assert!(app.ended().await.report.is_success());
        });
    let seen = watcher.0.lock().unwrap().clone();
    assert_eq!(
        seen,
        [
            "app::events::Ping None 0",
            "app::events::Ping Some(\"mouth\") 1"
        ]
    );
    assert_eq!(trace.all(), ["ear 0", "ear 1"]);
}
