//! What a component says about itself.

use std::fmt;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use lifecycle::Context;
use lifecycle::health::{Health, Level};
use lifecycle::plan::{Declaration, Restart, Scope};
use lifecycle::prelude::*;
use lifecycle::testing::{TestApp, TestHandle};

use super::{health, level, report};
use crate::kit::{Graph, Run, Trace, fails, ms, runs, secs, takes, works};

/// Gives the context of a component to the test.
#[derive(Clone, Default)]
struct Lent(Arc<Mutex<Vec<Context>>>);

impl Lent {
    fn take(&self, cx: Context) {
        self.0.lock().unwrap().push(cx);
    }

    fn last(&self) -> Context {
        self.0.lock().unwrap().last().unwrap().clone()
    }
}

/// A service `a` that works, and its context.
fn service() -> (Graph, Lent) {
    let lent = Lent::default();
    let taken = lent.clone();
    let graph = Graph::new().service("a", &[], |c| {
        c.run(move |cx| {
            taken.take(cx.clone());
            works(cx)
        })
    });
    (graph, lent)
}

fn conditions(app: &TestHandle, name: &str) -> Vec<String> {
    let report = report(app);
    let conditions = report.component(name).unwrap().conditions.iter();
    conditions
        .map(|it| format!("{}: {}", it.key, it.health))
        .collect()
}

#[test]
fn a_condition_stands_until_its_guard_is_dropped() {
    let (graph, lent) = service();
    graph.app().run(|app| async move {
        assert!(app.started().await);
        let handle = lent.last().health();
        let guard = handle.condition("replica", std::io::Error::other("no route"));
        assert_eq!(health(&app, "a"), Health::unhealthy("no route"));
        assert!(!app.app().is_ready());
        let hint = handle.condition("lag", Health::hint("3 s behind"));
        assert_eq!(
            conditions(&app, "a"),
            ["replica: unhealthy: no route", "lag: hint: 3 s behind"]
        );
        drop(guard);
        assert_eq!(health(&app, "a"), Health::hint("3 s behind"));
        assert!(app.app().is_ready());
        drop(hint);
        assert_eq!(level(&app, "a"), Level::Healthy);
        assert!(app.stop().await.report.is_success());
    });
}

#[test]
fn the_guard_of_an_older_setting_leaves_a_newer_one_alone() {
    let (graph, lent) = service();
    graph.app().run(|app| async move {
        assert!(app.started().await);
        let handle = lent.last().health();
        let old = handle.condition("replica", "no route");
        handle.set("replica", Health::warning("a slow route"));
        drop(old);
        assert_eq!(conditions(&app, "a"), ["replica: warning: a slow route"]);
        handle.clear("replica");
        handle.clear("never set");
        assert!(conditions(&app, "a").is_empty());
        assert!(app.stop().await.report.is_success());
    });
}

#[test]
fn conditions_of_the_run_end_with_it_and_those_of_the_start_with_the_life() {
    let run = runs([Run::Fails(5_000), Run::Works]);
    let graph = Graph::new().service("a", &[], |c| {
        c.declare(|d| d.restart(Restart::OnFailure).backoff(secs(1), secs(1)))
            .start(|cx: Context| async move {
                cx.health().set("start", Health::hint("old certificates"));
                Ok::<_, std::io::Error>(())
            })
            .run(move |cx: Context| {
                let now = cx.app().status().age;
                if now < secs(1) {
                    cx.health().set("run", Health::warning("the first run"));
                }
                run(cx)
            })
    });
    graph.app().run(|app| async move {
        assert!(app.started().await);
        takes(secs(4)).await.unwrap();
        assert_eq!(
            conditions(&app, "a"),
            [
                "start: hint: old certificates",
                "run: warning: the first run"
            ]
        );
        takes(secs(4)).await.unwrap();
        assert_eq!(conditions(&app, "a"), ["start: hint: old certificates"]);
        let a = app.app().component("a").unwrap();
        a.disable().await.unwrap();
        assert!(conditions(&app, "a").is_empty());
        a.enable().await.unwrap();
        assert_eq!(conditions(&app, "a").len(), 1);
        assert!(app.stop().await.report.is_success());
    });
}

#[test]
fn who_speaks_after_the_end_of_its_life_is_not_heard() {
    let (graph, lent) = service();
    graph.app().run(|app| async move {
        assert!(app.started().await);
        let old = lent.last().health();
        let guard = old.condition("replica", "no route");
        let a = app.app().component("a").unwrap();
        a.restart(Scope::Dependents).await.unwrap();
        assert_eq!(level(&app, "a"), Level::Healthy);
        lent.last()
            .health()
            .set("replica", Health::hint("of the new life"));
        old.set("other", Health::unhealthy("of the old life"));
        old.error("of the old life");
        old.clear("replica");
        drop(guard);
        assert_eq!(conditions(&app, "a"), ["replica: hint: of the new life"]);
        assert!(report(&app).component("a").unwrap().errors.is_empty());
        assert!(app.stop().await.report.is_success());
    });
}

#[test]
fn the_last_fifty_errors_are_there_for_everybody_who_reads_and_make_nothing_worse() {
    let (graph, lent) = service();
    graph.app().run(|app| async move {
        assert!(app.started().await);
        for i in 0..60 {
            lent.last().health().error(format!("error {i}"));
        }
        let errors = |app: &TestHandle| {
            let report = report(app);
            let errors = report.component("a").unwrap().errors.iter();
            errors.map(|noted| noted.error.clone()).collect::<Vec<_>>()
        };
        let first = errors(&app);
        assert_eq!(
            (first.len(), &*first[0], &*first[49]),
            (50, "error 10", "error 59")
        );
        assert_eq!(first, errors(&app), "to read takes nothing away");
        assert_eq!(level(&app, "a"), Level::Healthy);
        let a = app.app().component("a").unwrap();
        a.restart(Scope::Dependents).await.unwrap();
        assert_eq!(first, errors(&app), "they outlast a restart");
        assert!(app.stop().await.report.is_success());
    });
}

/// Its text is a megabyte, or a panic; and so may its drop be.
#[derive(Debug)]
struct Nasty(bool);

impl fmt::Display for Nasty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        assert!(!self.0, "no text");
        f.write_str(&"ä".repeat(1 << 20))
    }
}

impl std::error::Error for Nasty {}

impl Drop for Nasty {
    fn drop(&mut self) {
        assert!(!self.0, "no drop");
    }
}

#[test]
fn errors_that_panic_or_are_huge_hurt_nobody() {
    let (graph, lent) = service();
    graph.app().run(|app| async move {
        assert!(app.started().await);
        let handle = lent.last().health();
        for nasty in [true, false] {
            handle.error(Nasty(nasty));
            handle.set("nasty", Nasty(nasty));
        }
        let report = report(&app);
        let a = report.component("a").unwrap();
        assert_eq!(a.errors[0].error, "an error that panics when it is printed");
        assert!(a.errors[1].error.len() < 2_100 && a.errors[1].error.ends_with("ä .."));
        assert!(a.health.reason().unwrap().len() < 2_100);
        assert!(app.stop().await.report.is_success());
    });
}

#[resource]
#[derive(Default)]
struct Backup;

#[resource]
impl Backup {
    #[every("10s")]
    fn write(&self) -> std::io::Result<()> {
        Err(std::io::Error::other("the disk is full"))
    }
}

#[test]
fn a_schedule_that_fails_is_a_warning_told_once_and_logged_once() {
    let (changes, logged) = (super::Changes::default(), crate::kit::Logged::default());
    let (told, lines): (Trace, Trace) = (changes.0.clone(), logged.0.clone());
    tracing::subscriber::with_default(logged, || {
        TestApp::new(lifecycle::plan![Backup])
            .with(|app| app.observer(changes))
            .run(|app| async move {
                takes(secs(15)).await.unwrap();
                assert_eq!(
                    health(&app, "Backup"),
                    Health::warning("`write` failed: the disk is full")
                );
                assert!(app.app().is_ready());
                takes(secs(10)).await.unwrap();
                assert_eq!(
                    health(&app, "Backup").reason(),
                    Some("`write` failed 2 times in a row: the disk is full")
                );
                assert!(app.stop().await.report.is_success());
            });
    });
    assert_eq!(
        told.all(),
        ["Backup: healthy -> warning: `write` failed: the disk is full"]
    );
    let lines = lines.all();
    let full = lines
        .iter()
        .filter(|line| line.contains("the disk is full"));
    assert_eq!(
        full.count(),
        2,
        "the schedule's own, for two runs: {lines:?}"
    );
}

#[test]
fn what_the_run_says_is_there_while_it_says_so() {
    let graph = Graph::new().service("a", &[], |c| {
        c.run(|cx: Context| async move {
            let health = cx.health();
            let catching_up = health.condition("lag", Health::warning("catching up"));
            takes(secs(1)).await?;
            drop(catching_up);
            works(cx).await
        })
    });
    graph.app().run(|app| async move {
        takes(ms(500)).await.unwrap();
        assert_eq!(level(&app, "a"), Level::Warning);
        takes(ms(600)).await.unwrap();
        assert_eq!(level(&app, "a"), Level::Healthy);
        assert!(app.stop().await.report.is_success());
    });
}

#[test]
fn what_the_components_own_code_fails_with_is_among_its_errors() {
    let policy = |declaration: Declaration| declaration.restart(Restart::OnFailure);
    let calls = AtomicU32::new(0);
    let graph = Graph::new().service("a", &[], |c| {
        c.declare(policy).run(move |cx| {
            let is_first = calls.fetch_add(1, Ordering::Relaxed) == 0;
            async move {
                if is_first {
                    return fails("the line broke").await;
                }
                cx.shutdown_requested().await;
                Ok(())
            }
        })
    });
    graph.app().run(|app| async move {
        takes(secs(60)).await.unwrap();
        let report = report(&app);
        let noted = report.component("a").unwrap().errors.iter();
        let noted: Vec<_> = noted
            .map(|noted| (noted.at, noted.error.as_str()))
            .collect();
        assert_eq!(
            noted,
            [(Duration::ZERO, "`a` failed in run: the line broke")]
        );
        assert!(app.stop().await.report.is_success());
    });
}
