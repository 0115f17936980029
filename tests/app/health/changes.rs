//! What observers are told.

use lifecycle::health::{Health, HealthChange};
use lifecycle::observe::{Event, Observer};
use lifecycle::plan::{CheckPolicy, Scope};

use super::{Changes, Dial};
use crate::kit::{Graph, Logged, ms, secs, takes};

#[test]
fn each_change_that_counts_is_told_once() {
    let (dial, changes) = (Dial::ill(), Changes::default());
    let (check, told) = (dial.check(), changes.0.clone());
    let how = CheckPolicy::new().down_every(secs(5));
    let graph = Graph::new().resource("a", &[], |c| c.health(how, check));
    let app = graph.app().with(|app| app.observer(changes));
    app.run(|app| async move {
        takes(secs(9)).await.unwrap();
        assert_eq!(told.all(), [""; 0], "two failures are no change");
        takes(secs(30)).await.unwrap();
        assert_eq!(told.all(), ["a: healthy -> unhealthy: no route"]);
        dial.turn(Err("no answer"));
        takes(secs(10)).await.unwrap();
        assert_eq!(
            told.all().last().unwrap(),
            "a: unhealthy -> unhealthy: no answer"
        );
        dial.turn(Ok(Health::hint("slow")));
        takes(secs(15)).await.unwrap();
        assert_eq!(told.all().last().unwrap(), "a: unhealthy -> hint: slow");
        dial.turn(Ok(Health::healthy()));
        takes(secs(15)).await.unwrap();
        assert_eq!(told.all().last().unwrap(), "a: hint -> healthy");
        assert_eq!(told.all().len(), 4);
        assert!(app.stop().await.report.is_success());
    });
}

#[test]
fn the_end_of_a_component_is_no_change_and_its_next_life_is() {
    let changes = Changes::default();
    let told = changes.0.clone();
    let how = CheckPolicy::new().failures(1);
    let graph = Graph::new().resource("a", &[], |c| c.health(how, Dial::ill().check()));
    let app = graph.app().with(|app| app.observer(changes));
    app.run(|app| async move {
        takes(ms(1)).await.unwrap();
        let a = app.app().component("a").unwrap();
        a.disable().await.unwrap();
        takes(secs(100)).await.unwrap();
        assert_eq!(told.all(), ["a: healthy -> unhealthy: no route"]);
        a.enable().await.unwrap();
        takes(ms(1)).await.unwrap();
        let both = [
            "a: unhealthy -> healthy",
            "a: healthy -> unhealthy: no route",
        ];
        assert_eq!(told.all()[1..], both);
        assert!(app.stop().await.report.is_success());
        assert_eq!(told.all().len(), 3);
    });
}

#[test]
fn what_changes_a_thousand_times_before_anybody_looks_is_told_once() {
    let changes = Changes::default();
    let told = changes.0.clone();
    let graph = Graph::new().service("a", &[], |c| {
        c.run(|cx: lifecycle::Context| async move {
            for i in 0..1_000 {
                cx.health()
                    .set("lag", Health::warning(format!("{i} s behind")));
            }
            crate::kit::works(cx).await
        })
    });
    let app = graph.app().with(|app| app.observer(changes));
    app.run(|app| async move {
        takes(secs(1)).await.unwrap();
        assert_eq!(told.all(), ["a: healthy -> warning: 999 s behind"]);
        assert!(app.stop().await.report.is_success());
    });
}

/// A bug of its own.
struct Panics;

impl Observer for Panics {
    fn on_event(&self, _event: &Event<'_>) {}

    fn on_health(&self, _change: &HealthChange<'_>) {
        panic!("oh");
    }
}

#[test]
fn an_observer_that_panics_keeps_no_other_from_hearing_it() {
    let changes = Changes::default();
    let told = changes.0.clone();
    let how = CheckPolicy::new().failures(1);
    let graph = Graph::new().resource("a", &[], |c| c.health(how, Dial::ill().check()));
    let app = graph.app();
    let app = app.with(|app| app.observer(Panics).observer(changes));
    app.run(|app| async move {
        takes(ms(1)).await.unwrap();
        assert_eq!(told.all().len(), 1);
        assert!(app.stop().await.report.is_success());
    });
}

#[test]
fn a_rebuilt_component_is_told_of_once_it_is_up() {
    let (dial, changes) = (Dial::ill(), Changes::default());
    let (check, told) = (dial.check(), changes.0.clone());
    let how = CheckPolicy::new().failures(1);
    let graph = Graph::new().resource("a", &[], |c| c.health(how, check));
    let app = graph.app().with(|app| app.observer(changes));
    app.run(|app| async move {
        takes(ms(1)).await.unwrap();
        dial.turn(Ok(Health::healthy()));
        let a = app.app().component("a").unwrap();
        a.restart(Scope::Dependents).await.unwrap();
        takes(secs(60)).await.unwrap();
        assert_eq!(told.all()[1..], ["a: unhealthy -> healthy"]);
        assert!(app.stop().await.report.is_success());
    });
}

#[test]
fn another_reason_of_the_same_level_is_in_the_log_for_those_who_want_every_line() {
    let logged = Logged::default();
    let lines = logged.0.clone();
    let graph = Graph::new().service("a", &[], |c| {
        c.run(|cx: lifecycle::Context| async move {
            for i in 1..=3 {
                let health = Health::warning(format!("{i} s behind"));
                cx.health().set("lag", health);
                takes(secs(1)).await?;
            }
            cx.health().clear("lag");
            crate::kit::works(cx).await
        })
    });
    tracing::subscriber::with_default(logged, || {
        graph.app().run(|app| async move {
            takes(secs(5)).await.unwrap();
            assert!(app.stop().await.report.is_success());
        });
    });
    let lines = lines.all();
    let about = |words: &str| lines.iter().filter(|line| line.contains(words)).count();
    assert_eq!(about("WARN message=a: 1 s behind"), 1, "{lines:?}");
    assert_eq!(about("DEBUG message=a: 2 s behind"), 1, "{lines:?}");
    assert_eq!(about("DEBUG message=a: 3 s behind"), 1, "{lines:?}");
    assert_eq!(about("INFO message=a is healthy again"), 1, "{lines:?}");
    assert_eq!(about(" s behind"), 3, "{lines:?}");
}

#[test]
fn a_name_with_a_line_break_has_one_line_in_the_log_and_in_what_people_read() {
    let logged = Logged::default();
    let lines = logged.0.clone();
    let how = CheckPolicy::new().failures(1);
    let check = Dial::ill().check();
    let graph = Graph::new().resource("a\n[+]b ok", &[], |c| c.health(how, check));
    tracing::subscriber::with_default(logged, || {
        graph.app().run(|app| async move {
            takes(ms(1)).await.unwrap();
            let report = app.app().health();
            let page = format!("{report}{}", report.group("readiness").unwrap());
            assert!(page.contains("[-]a\\n[+]b ok failed: no route"), "{page}");
            assert_eq!(page.lines().count(), 4, "{page}");
            let status = app.app().status().to_string();
            assert!(status.contains("  a\\n[+]b ok  up "), "{status}");
            assert!(app.stop().await.report.is_success());
        });
    });
    let lines = lines.all();
    let said = "ERROR message=a\\n[+]b ok is unhealthy: no route";
    let about = lines.iter().filter(|line| line.starts_with(said));
    assert_eq!(about.count(), 1, "{lines:?}");
}
