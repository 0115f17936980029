//! Handlers as methods.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

use lifecycle::prelude::*;
use lifecycle::testing::TestApp;

struct Placed {
    id: u32,
}

struct Paid;

#[resource]
#[derive(Default)]
struct Mails {
    sent: AtomicU32,
}

#[resource(depends_on = [Mails])]
#[derive(Default)]
struct Desk {
    last: AtomicU32,
    paid: AtomicU32,
}

#[resource]
impl Desk {
    #[on]
    async fn confirm(&self, placed: Arc<Placed>, mails: Arc<Mails>) -> Result<(), String> {
        mails.sent.fetch_add(1, Relaxed);
        self.last.store(placed.id, Relaxed);
        Ok(())
    }

    /// A second one for the same event, which is not async and takes its context.
    #[on(capacity = 2, concurrency = 3)]
    fn note(&self, placed: Arc<Placed>, cx: Context) {
        cx.note(format!("order {}", placed.id));
    }

    #[on]
    fn thank(&self, _paid: Arc<Paid>) {
        self.paid.fetch_add(1, Relaxed);
    }

    #[cfg(any())]
    #[on]
    fn never(&self, _placed: Arc<Nothing>) {}
}

#[test]
fn every_handler_of_the_type_gets_the_event_with_what_it_asks_for() {
    TestApp::new(lifecycle::plan![Desk]).run(|app| async move {
        assert!(app.started().await);
        let delivery = app.app().emit_and_wait(Placed { id: 7 }).await;
        assert_eq!(delivery.handled, 2);
        assert!(delivery.is_handled());
        let desk = app.get::<Desk>().unwrap();
        assert_eq!(desk.last.load(Relaxed), 7);
        assert_eq!(desk.paid.load(Relaxed), 0);
        assert_eq!(app.get::<Mails>().unwrap().sent.load(Relaxed), 1);

        assert_eq!(app.app().emit_and_wait(Paid).await.handled, 1);
        assert_eq!(desk.paid.load(Relaxed), 1);

        let report = app.stop().await.report;
        let handlers = &report.component("Desk").unwrap().handlers;
        let names: Vec<_> = handlers.iter().map(|one| one.name.as_str()).collect();
        assert_eq!(names, ["confirm", "note", "thank"]);
        assert!(handlers[0].event.ends_with("::Placed"), "{handlers:?}");
        assert!(report.component("Mails").unwrap().handlers.is_empty());
    });
}

#[test]
fn an_event_that_nobody_handles_is_no_mistake() {
    TestApp::new(lifecycle::plan![Mails]).run(|app| async move {
        app.app().emit(Paid);
        let delivery = app.app().emit_and_wait(Paid).await;
        assert!(delivery.is_handled());
        assert_eq!(delivery.handled, 0);
        assert!(app.stop().await.report.is_success());
    });
}

#[test]
fn a_replaced_component_handles_nothing() {
    TestApp::new(lifecycle::plan![Desk])
        .replace(Desk::default())
        .run(|app| async move {
            assert!(app.started().await);
            assert_eq!(app.app().emit_and_wait(Placed { id: 1 }).await.handled, 0);
            assert_eq!(app.get::<Desk>().unwrap().last.load(Relaxed), 0);
        });
}
