//! One bad answer is none, and one good answer neither.

use std::io;
use std::sync::{Arc, Mutex};

use lifecycle::health::{Health, Level};
use lifecycle::plan::CheckPolicy;
use lifecycle::prelude::*;
use lifecycle::testing::TestApp;
use tokio::time::Instant;

use super::{Dial, health, level, report};
use crate::kit::{Graph, ms, secs, takes};

#[test]
fn three_failures_in_a_row_make_it_unhealthy_and_two_successes_healthy() {
    let dial = Dial::ill();
    let check = dial.check();
    let graph = Graph::new().resource("a", &[], |c| c.health(CheckPolicy::DEFAULT, check));
    graph.app().run(|app| async move {
        let at = |time| takes(time - app.app().status().age);
        // At 0 s, and each up to half a second early: at 5 s and at 10 s.
        at(ms(8_900)).await.unwrap();
        assert_eq!(level(&app, "a"), Level::Healthy);
        at(ms(10_001)).await.unwrap();
        assert_eq!(health(&app, "a"), Health::unhealthy("no route"));
        assert!(!app.app().is_ready());
        // The next one comes up to three seconds before 40 s.
        dial.turn(Ok(Health::healthy()));
        at(secs(36)).await.unwrap();
        let check = |app| report(app).component("a").unwrap().check.clone().unwrap();
        assert_eq!((check(&app).failures, check(&app).at < secs(11)), (3, true));
        at(ms(40_001)).await.unwrap();
        assert_eq!(
            (check(&app).failures, check(&app).health.level()),
            (0, Level::Healthy)
        );
        assert_eq!(level(&app, "a"), Level::Unhealthy, "one is not enough");
        at(ms(70_001)).await.unwrap();
        assert_eq!(level(&app, "a"), Level::Healthy);
        assert!(app.app().is_ready());
        assert!(app.stop().await.report.is_success());
    });
}

#[test]
fn checks_come_up_to_a_tenth_early_and_never_late() {
    let calls = Arc::new(Mutex::new(Vec::new()));
    let called = Arc::clone(&calls);
    let graph = Graph::new().resource("a", &[], |c| {
        c.health(CheckPolicy::DEFAULT, move |_| {
            called.lock().unwrap().push(Instant::now());
            async {}
        })
    });
    graph.app().run(|app| async move {
        takes(secs(500)).await.unwrap();
        assert!(app.stop().await.report.is_success());
    });
    let calls = calls.lock().unwrap();
    let waits: Vec<_> = calls.windows(2).map(|two| two[1] - two[0]).collect();
    assert!(waits.len() >= 99);
    // Timers tick once a millisecond.
    assert!(
        waits
            .iter()
            .all(|wait| (ms(4_500)..=ms(5_001)).contains(wait))
    );
    assert!(waits.iter().any(|wait| *wait < ms(4_700)));
    assert!(waits.iter().any(|wait| *wait > ms(4_800)));
}

#[resource]
#[derive(Default)]
struct Nothing;

#[resource]
impl Nothing {
    #[health]
    fn check(&self) {}
}

#[resource]
#[derive(Default)]
struct Says;

#[resource]
impl Says {
    #[health]
    async fn check(&self) -> Health {
        Health::hint("3 s behind")
    }
}

#[resource]
#[derive(Default)]
struct Fails;

#[resource]
impl Fails {
    #[health(every = "1s")]
    fn check(&self) -> io::Result<()> {
        Err(io::Error::other("no route"))
    }
}

#[resource]
#[derive(Default)]
struct Either;

#[resource]
impl Either {
    #[health]
    async fn check(&self) -> io::Result<Health> {
        Ok(Health::warning("the disk is nearly full"))
    }
}

#[test]
fn a_check_returns_nothing_or_how_well_it_is_or_an_error() {
    let plan = lifecycle::plan![Nothing, Says, Fails, Either];
    TestApp::new(plan).run(|app| async move {
        takes(ms(1)).await.unwrap();
        assert_eq!(health(&app, "Nothing"), Health::healthy());
        assert_eq!(health(&app, "Says"), Health::hint("3 s behind"));
        assert_eq!(health(&app, "Either").level(), Level::Warning);
        assert!(app.app().is_ready(), "degraded is ready");
        takes(secs(3)).await.unwrap();
        assert_eq!(health(&app, "Fails"), Health::unhealthy("no route"));
        assert!(!app.app().is_ready());
        assert!(app.stop().await.report.is_success());
    });
}

#[test]
fn a_check_that_is_not_critical_warns_and_the_app_stays_ready() {
    let how = CheckPolicy::new().failures(1).critical(false);
    let graph = Graph::new().resource("a", &[], |c| c.health(how, Dial::ill().check()));
    graph.app().run(|app| async move {
        takes(ms(1)).await.unwrap();
        assert_eq!(health(&app, "a"), Health::warning("no route"));
        assert!(app.app().is_ready());
        assert!(app.stop().await.report.is_success());
    });
}

#[test]
fn another_run_of_the_same_instance_begins_with_a_clean_slate() {
    let how = CheckPolicy::new().failures(2).every(secs(1));
    let graph = Graph::new().service("a", &[], |c| {
        c.run(crate::kit::works).health(how, Dial::ill().check())
    });
    graph.app().run(|app| async move {
        takes(secs(2)).await.unwrap();
        assert_eq!(level(&app, "a"), Level::Unhealthy);
        let a = app.app().component("a").unwrap();
        a.restart(lifecycle::plan::Scope::Itself).await.unwrap();
        takes(ms(1)).await.unwrap();
        assert_eq!(level(&app, "a"), Level::Healthy);
        assert_eq!(
            report(&app)
                .component("a")
                .unwrap()
                .check
                .as_ref()
                .unwrap()
                .failures,
            1
        );
        assert!(app.stop().await.report.is_success());
    });
}
