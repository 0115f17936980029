//! Handles without an order: how a mutual reference is written.

use std::sync::Arc;

use lifecycle::prelude::*;
use lifecycle::testing::TestApp;

use crate::kit::{ms, secs, takes};

#[resource(depends_on = [late(Scheduler)])]
struct Jobs {
    scheduler: Late<Scheduler>,
    there_at_start: bool,
}

#[resource]
impl Jobs {
    #[start]
    fn new(scheduler: Late<Scheduler>) -> Self {
        Self {
            there_at_start: scheduler.get().is_some(),
            scheduler,
        }
    }
}

#[resource(depends_on = [Jobs])]
struct Scheduler {
    jobs: Arc<Jobs>,
}

#[resource]
impl Scheduler {
    #[start]
    async fn new(jobs: Arc<Jobs>) -> Self {
        tokio::time::sleep(ms(30)).await;
        Self { jobs }
    }
}

#[test]
fn two_components_may_know_each_other() {
    TestApp::new(lifecycle::plan![Scheduler]).run(|app| async move {
        assert!(app.started().await);
        assert_eq!(app.log().up(), ["Jobs", "Scheduler"]);
        let jobs = app.get::<Jobs>().unwrap();
        assert!(!jobs.there_at_start);
        let scheduler = jobs.scheduler.get().unwrap();
        assert!(Arc::ptr_eq(&scheduler.jobs, &jobs));
        drop((scheduler, jobs));
        assert_eq!(app.stop().await.log.down(), ["Scheduler", "Jobs"]);
    });
}

#[test]
fn a_late_handle_can_be_waited_for() {
    TestApp::new(lifecycle::plan![Scheduler]).run(|app| async move {
        app.reaches::<Jobs>(lifecycle::engine::State::Up).await;
        let late = app.get::<Jobs>().unwrap().scheduler.clone();
        assert!(late.get().is_none());
        assert!(late.wait().await.is_some());
        assert!(app.log().has("Jobs up"));
        assert!(app.stop().await.report.is_success());
    });
}

#[test]
fn after_the_end_a_late_handle_gives_nothing() {
    TestApp::new(lifecycle::plan![Scheduler]).run(|app| async move {
        assert!(app.started().await);
        let late = app.get::<Jobs>().unwrap().scheduler.clone();
        let _ended = app.stop().await;
        assert!(late.get().is_none());
        assert!(late.wait().await.is_none());
    });
}

#[test]
fn whoever_waits_for_what_never_comes_hears_of_the_end() {
    let app = TestApp::new(lifecycle::plan![Scheduler]).fault::<Scheduler>(
        lifecycle::plan::Stage::Start,
        lifecycle::testing::Fault::Hang,
    );
    app.run(|app| async move {
        app.reaches::<Jobs>(lifecycle::engine::State::Up).await;
        let late = app.get::<Jobs>().unwrap().scheduler.clone();
        let waiting = async { late.wait().await.is_none() };
        let (absent, ended) = tokio::join!(waiting, app.ended());
        assert!(absent);
        assert_eq!(ended.report.exit_code(), 69);
        assert_eq!(ended.report.total_time(), secs(30));
        takes(ms(1)).await.unwrap();
    });
}
