//! Everything that people see hangs on one stream of events.

use std::sync::{Arc, Mutex};

use lifecycle::engine::{Change, Phase, What};
use lifecycle::observe::{Event, Observer};
use lifecycle::{Context, Error};

use crate::kit::{Graph, Trace, fails, ms, takes};

/// Keeps what it is told, as words.
#[derive(Clone, Default)]
struct Words(Trace);

impl Observer for Words {
    fn on_event(&self, event: &Event<'_>) {
        match event.what() {
            What::Phase(phase) => self.0.say(phase.to_string()),
            What::Component(key, Change::Up) => {
                assert_eq!(
                    event.component(),
                    Some(event.plan().nodes()[key as usize].name())
                );
                self.0.say(format!("{} up", event.component().unwrap()));
            }
            _ => {}
        }
    }

    fn on_note(&self, component: &str, note: &str) {
        self.0.say(format!("{component}: {note}"));
    }

    fn on_error(&self, error: &Error) {
        self.0.say(error.to_string());
    }
}

#[test]
fn an_observer_hears_events_notes_and_errors_in_their_order() {
    let words = Words::default();
    let seen = words.clone();
    let ended = Graph::new()
        .resource("base", &[], |c| {
            c.start(|cx: Context| async move {
                cx.note("opening");
                takes(ms(5)).await
            })
        })
        .service("job", &["base"], |c| c.run(|_| fails("no paper")))
        .app()
        .with(|app| app.observer(words))
        .run_to_end();
    assert_eq!(ended.report.exit_code(), 1);
    assert_eq!(
        seen.0.all(),
        [
            "loading",
            "starting",
            "base: opening",
            "base up",
            "job up",
            "running",
            "`job` failed in run",
            "stopping",
            "cleaning up",
            "ended"
        ]
    );
}

#[test]
fn errors_that_no_code_returned_reach_observers_too() {
    let words = Words::default();
    let seen = words.clone();
    let _ended = Graph::new()
        .resource("a", &[], |c| c.start(|_| crate::kit::hangs()))
        .app()
        .with(|app| app.observer(words))
        .run_to_end();
    assert!(
        seen.0
            .all()
            .contains(&"`a` timed out in start after 30 s".to_owned())
    );
}

#[test]
fn several_observers_hear_the_same() {
    let (one, two) = (Words::default(), Words::default());
    let (first, second) = (one.clone(), two.clone());
    let _ended = Graph::new()
        .service("job", &[], |c| c.run(|_| takes(ms(1))))
        .app()
        .with(|app| app.observer(one).observer(two))
        .run_to_end();
    assert_eq!(first.0.all(), second.0.all());
    assert!(!first.0.all().is_empty());
}

/// Keeps the phases.
struct Phases(Arc<Mutex<Vec<Phase>>>);

impl Observer for Phases {
    fn on_event(&self, event: &Event<'_>) {
        if let What::Phase(phase) = event.what() {
            self.0.lock().unwrap().push(phase);
        }
    }
}

#[test]
fn phases_come_in_their_order() {
    let phases = Arc::new(Mutex::new(Vec::new()));
    let graph = Graph::new().service("api", &[], |c| c.run(crate::kit::works));
    let app = graph.app().with(|app| {
        app.observer(Phases(Arc::clone(&phases)))
            .drain_delay(ms(10))
    });
    app.run(|app| async move {
        assert!(app.started().await);
        assert!(app.stop().await.report.is_success());
    });
    assert_eq!(
        *phases.lock().unwrap(),
        [
            Phase::Loading,
            Phase::Starting,
            Phase::Running,
            Phase::Draining,
            Phase::Stopping,
            Phase::Cleaning,
            Phase::Ended
        ]
    );
}

/// Is broken.
struct Broken;

impl Observer for Broken {
    fn on_event(&self, _event: &Event<'_>) {
        panic!("a broken observer")
    }
}

#[test]
fn an_observer_that_panics_does_not_stop_the_app() {
    let words = Words::default();
    let seen = words.clone();
    let ended = Graph::new()
        .service("job", &[], |c| c.run(|_| takes(ms(1))))
        .app()
        .with(|app| app.observer(Broken).observer(words))
        .run_to_end();
    assert_eq!(ended.report.exit_code(), 0);
    assert_eq!(seen.0.all().last().unwrap(), "ended");
}
