//! Health checks run beside the component.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use lifecycle::component::BoxError;
use lifecycle::health::{Answer, Health};
use lifecycle::plan::{CheckPolicy, Stage};
use lifecycle::prelude::*;
use lifecycle::testing::{Fault, TestApp, TestHandle};

use crate::kit::{Graph, Logged, fails, hangs, ms, panics, secs, takes};

fn answer(app: &TestHandle, name: &str) -> Answer {
    let status = app.app().status();
    let component = status.component(name).unwrap();
    component.check.clone().expect("a check has run")
}

#[resource]
#[derive(Default)]
struct Database {
    checks: AtomicU32,
}

#[resource]
impl Database {
    #[health]
    async fn ping(&self) -> std::io::Result<()> {
        match self.checks.fetch_add(1, Ordering::Relaxed) {
            1 => Err(std::io::Error::other("no route")),
            _ => Ok(()),
        }
    }
}

#[test]
fn a_check_runs_at_once_and_then_within_five_seconds() {
    TestApp::new(lifecycle::plan![Database]).run(|app| async move {
        assert!(app.started().await);
        let checks = |app: &TestHandle| {
            app.get::<Database>()
                .unwrap()
                .checks
                .load(Ordering::Relaxed)
        };
        takes(ms(1)).await.unwrap();
        assert_eq!(checks(&app), 1);
        assert_eq!(answer(&app, "Database").health, Health::healthy());
        takes(secs(5)).await.unwrap();
        assert_eq!(checks(&app), 2);
        let last = answer(&app, "Database");
        assert_eq!(last.health, Health::unhealthy("no route"));
        assert!((ms(4_500)..=secs(5)).contains(&last.at));
        takes(secs(5)).await.unwrap();
        assert_eq!(answer(&app, "Database").health, Health::healthy());
        let report = app.stop().await.report;
        assert_eq!(report.exit_code(), 0);
        assert!(report.errors().is_empty());
    });
}

#[test]
fn a_component_can_say_how_often_and_how_long() {
    let how = CheckPolicy::new()
        .every(ms(200))
        .down_every(ms(200))
        .timeout(ms(50));
    let checks = Arc::new(AtomicU32::new(0));
    let count = Arc::clone(&checks);
    let graph = Graph::new().resource("a", &[], |c| {
        c.health(how, move |_| {
            count.fetch_add(1, Ordering::Relaxed);
            hangs()
        })
    });
    graph.app().run(|app| async move {
        assert!(app.started().await);
        takes(ms(60)).await.unwrap();
        let last = answer(&app, "a");
        assert_eq!(
            last.health.reason(),
            Some("the check took longer than 50 ms")
        );
        assert_eq!((last.took, last.at), (ms(50), ms(50)));
        takes(secs(1)).await.unwrap();
        // Every 250 ms, or a little less: the check and the pause after it.
        assert_eq!(checks.load(Ordering::Relaxed), 5);
        assert_eq!(app.stop().await.report.exit_code(), 0);
    });
}

#[test]
fn a_check_never_runs_twice_at_once() {
    let (now, most) = (Arc::new(AtomicU32::new(0)), Arc::new(AtomicU32::new(0)));
    let (running, highest) = (Arc::clone(&now), Arc::clone(&most));
    let how = CheckPolicy::new().every(ms(1)).timeout(secs(9));
    let graph = Graph::new().resource("a", &[], |c| {
        c.health(how, move |_| {
            let (running, highest) = (Arc::clone(&running), Arc::clone(&highest));
            async move {
                let count = running.fetch_add(1, Ordering::Relaxed) + 1;
                highest.fetch_max(count, Ordering::Relaxed);
                let done = takes(ms(700)).await;
                running.fetch_sub(1, Ordering::Relaxed);
                done
            }
        })
    });
    graph.app().run(|app| async move {
        assert!(app.started().await);
        takes(secs(30)).await.unwrap();
        assert_eq!(most.load(Ordering::Relaxed), 1);
        assert!(app.stop().await.report.is_success());
    });
}

#[test]
fn a_failing_check_stops_nothing() {
    let graph = Graph::new().service("a", &[], |c| {
        c.run(crate::kit::works)
            .health(CheckPolicy::DEFAULT, |_| fails("ill"))
    });
    graph.app().run(|app| async move {
        takes(secs(3600)).await.unwrap();
        assert_eq!(app.app().phase(), lifecycle::engine::Phase::Running);
        assert!(app.app().status().to_string().contains("unhealthy: ill"));
        assert_eq!(app.stop().await.report.exit_code(), 0);
    });
}

#[test]
fn a_check_that_hangs_does_not_hold_the_stop_up() {
    let how = CheckPolicy::new().every(secs(5)).timeout(secs(60));
    let graph = Graph::new().resource("a", &[], |c| c.health(how, |_| hangs()));
    graph.app().run(|app| async move {
        takes(secs(1)).await.unwrap();
        let report = app.stop().await.report;
        assert_eq!(report.stop_time(), Some(Duration::ZERO));
        assert_eq!(report.exit_code(), 0);
    });
}

#[test]
fn who_reads_the_health_runs_no_check() {
    TestApp::new(lifecycle::plan![Database]).run(|app| async move {
        assert!(app.started().await);
        takes(ms(1)).await.unwrap();
        for _ in 0..100 {
            let _answer = answer(&app, "Database");
        }
        let database = app.get::<Database>().unwrap();
        assert_eq!(database.checks.load(Ordering::Relaxed), 1);
        drop(database);
        assert!(app.stop().await.report.is_success());
    });
}

#[test]
fn before_it_is_up_a_component_has_no_answer() {
    let graph = Graph::new().resource("a", &[], |c| {
        c.start(|_| takes(secs(2)))
            .health(CheckPolicy::DEFAULT, |_| takes(ms(0)))
    });
    graph.app().run(|app| async move {
        takes(secs(1)).await.unwrap();
        let status = app.app().status();
        assert!(status.component("a").unwrap().check.is_none());
        assert!(app.stop().await.report.is_success());
    });
}

#[test]
fn a_problem_is_told_with_all_its_causes() {
    let error = || {
        let cause = std::io::Error::other("connection refused");
        let error = lifecycle::Error::Failed {
            component: "pool".to_owned(),
            stage: Stage::Run,
            source: cause.into(),
        };
        async { Err::<(), BoxError>(error.into()) }
    };
    let graph = Graph::new().resource("a", &[], |c| {
        c.health(CheckPolicy::DEFAULT, move |_| error())
    });
    graph.app().run(|app| async move {
        takes(ms(1)).await.unwrap();
        assert_eq!(
            answer(&app, "a").health.reason(),
            Some("`pool` failed in run: connection refused")
        );
        assert!(app.stop().await.report.is_success());
    });
}

#[test]
fn a_panic_in_a_check_is_told_with_its_place() {
    let graph = Graph::new().resource("a", &[], |c| {
        c.health(CheckPolicy::DEFAULT, |_| panics("oh"))
    });
    graph.app().run(|app| async move {
        takes(ms(1)).await.unwrap();
        let answer = answer(&app, "a");
        let problem = answer.health.reason().unwrap();
        let place = problem.strip_prefix("the check panicked: oh (at tests/app/kit.rs:");
        let numbers = place.and_then(|place| place.strip_suffix(')'));
        assert_eq!(
            numbers.map(|it| it.split(':').count()),
            Some(2),
            "{problem}"
        );
        assert!(app.stop().await.report.is_success());
    });
}

#[test]
fn only_a_change_of_the_answer_is_logged() {
    let answers = [
        None,
        Some("ill"),
        Some("ill"),
        Some("worse"),
        Some("worse"),
        None,
        None,
        Some("ill"),
    ];
    let how = CheckPolicy::new()
        .failures(1)
        .successes(1)
        .down_every(secs(5));
    let checks = AtomicU32::new(0);
    let graph = Graph::new().resource("a", &[], |c| {
        c.health(how, move |_| {
            let at = checks.fetch_add(1, Ordering::Relaxed) as usize;
            let answer = answers.get(at).copied().flatten();
            async move {
                match answer {
                    None => Ok(()),
                    Some(problem) => fails(problem).await,
                }
            }
        })
    });
    let logged = Logged::default();
    tracing::subscriber::with_default(logged.clone(), || {
        graph.app().run(|app| async move {
            takes(secs(60)).await.unwrap();
            assert!(app.stop().await.report.is_success());
        });
    });
    let all = logged.0.all().into_iter();
    let about_health = all.filter(|line| line.contains("healthy"));
    assert_eq!(
        about_health.collect::<Vec<_>>(),
        [
            "ERROR message=a is unhealthy: ill component=\"a\" health=\"unhealthy\" reason=\"ill\"",
            "DEBUG message=a: worse component=\"a\" health=\"unhealthy\" reason=\"worse\"",
            "INFO message=a is healthy again component=\"a\"",
            "ERROR message=a is unhealthy: ill component=\"a\" health=\"unhealthy\" reason=\"ill\"",
            "INFO message=a is healthy again component=\"a\"",
        ]
    );
}

#[test]
fn a_check_can_be_made_to_fail() {
    for (fault, problem) in [
        (Fault::error("no"), "no"),
        (
            Fault::panic("oh"),
            "the check panicked: oh (at lifecycle/src/testing/fault.rs:",
        ),
        (Fault::Hang, "the check took longer than 1 s"),
        (Fault::Delay(secs(3)), "the check took longer than 1 s"),
    ] {
        TestApp::new(lifecycle::plan![Database])
            .fault::<Database>(Stage::Health, fault)
            .run(|app| async move {
                takes(ms(1500)).await.unwrap();
                let answer = answer(&app, "Database");
                let said = answer.health.reason().unwrap();
                assert!(said.starts_with(problem), "{said}");
                assert_eq!(app.stop().await.report.exit_code(), 0);
            });
    }
}
