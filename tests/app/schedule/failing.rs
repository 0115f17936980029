//! Runs that fail.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use lifecycle::prelude::*;
use lifecycle::testing::{TestApp, TestHandle};

use super::schedule;
use crate::kit::{Logged, secs, takes};

/// Fails from the 2nd to the 6th run, and panics in the 4th.
#[resource]
#[derive(Default)]
struct Backup {
    runs: AtomicU64,
}

#[resource]
impl Backup {
    #[every("10s")]
    async fn write(&self) -> std::io::Result<()> {
        match self.runs.fetch_add(1, Relaxed) + 1 {
            4 => panic!("no such drive"),
            2..=6 => Err(std::io::Error::other("the disk is full")),
            _ => Ok(()),
        }
    }
}

async fn after(app: &TestHandle, seconds: u64) -> Option<String> {
    let age = app.app().status().age;
    takes(secs(seconds) - age).await.unwrap();
    let status = app.app().status();
    let health = status.component("Backup").unwrap().health.clone();
    health.reason().map(str::to_owned)
}

#[test]
fn an_error_shows_until_a_run_succeeds_and_ends_nothing() {
    TestApp::new(lifecycle::plan![Backup]).run(|app| async move {
        assert_eq!(after(&app, 15).await, None);
        let first = after(&app, 25).await.unwrap();
        assert_eq!(first, "`write` failed: the disk is full");
        let second = after(&app, 35).await.unwrap();
        assert_eq!(second, "`write` failed 2 times in a row: the disk is full");
        let shown = app.app().status().to_string();
        assert!(shown.contains("warning: `write` failed 2 times"), "{shown}");
        assert!(
            shown.contains("`write`: 3 runs, 2 failed, next in 5 s"),
            "{shown}"
        );
        assert_eq!(after(&app, 75).await, None);
        let schedule = schedule(&app, "Backup");
        assert_eq!(
            (schedule.runs, schedule.failed, schedule.panicked),
            (7, 4, 1)
        );
        assert_eq!(schedule.failing, 0);
        assert_eq!(schedule.last_error.as_deref(), Some("the disk is full"));
        let ended = app.stop().await;
        assert!(ended.report.is_success());
    });
}

#[test]
fn a_panic_is_told_with_its_place_and_ends_nothing() {
    TestApp::new(lifecycle::plan![Backup]).run(|app| async move {
        let told = after(&app, 45).await.unwrap();
        let words = "`write` failed 3 times in a row: it panicked: no such drive (at tests/app/schedule/failing.rs:";
        assert!(told.starts_with(words), "{told}");
    });
}

/// The health check has the first word.
#[resource]
#[derive(Default)]
struct Disk;

#[resource]
impl Disk {
    #[health]
    async fn check(&self) -> std::io::Result<()> {
        Err(std::io::Error::other("it smells"))
    }

    #[every("10s")]
    fn scrub(&self) -> std::io::Result<()> {
        Err(std::io::Error::other("a bad sector"))
    }
}

#[test]
fn what_the_health_check_says_comes_first() {
    TestApp::new(lifecycle::plan![Disk]).run(|app| async move {
        takes(secs(15)).await.unwrap();
        let status = app.app().status();
        let disk = status.component("Disk").unwrap();
        assert_eq!(disk.health.reason(), Some("it smells"));
        assert_eq!(disk.schedules[0].failing, 1);
    });
}

#[test]
fn counters_are_machine_readable() {
    TestApp::new(lifecycle::plan![Backup]).run(|app| async move {
        takes(secs(25)).await.unwrap();
        let status = serde_json::to_value(app.app().status()).unwrap();
        let schedule = &status["components"][0]["schedules"][0];
        assert_eq!(schedule["name"], "write");
        assert_eq!(schedule["runs"], 2);
        assert_eq!(schedule["failed"], 1);
        assert_eq!(schedule["last_error"], "the disk is full");
    });
}

#[test]
fn the_log_has_the_first_failure_what_is_new_and_each_doubling() {
    let logged = Logged::default();
    tracing::subscriber::with_default(logged.clone(), || {
        TestApp::new(lifecycle::plan![Backup]).run(|app| async move {
            after(&app, 75).await;
        });
    });
    let all = logged.0.all();
    let lines: Vec<_> = all
        .iter()
        .filter(|line| line.contains("schedule=write"))
        .map(|line| {
            let message = line.split_once("message=").unwrap().1;
            let message = message.split(" component=").next().unwrap();
            let level = line.split_whitespace().next().unwrap();
            format!("{level} {}", message.split(" (at ").next().unwrap())
        })
        .collect();
    assert_eq!(
        lines,
        [
            "WARN Backup: `write` failed: the disk is full",
            "WARN Backup: `write` failed 2 times in a row: the disk is full",
            "WARN Backup: `write` failed 3 times in a row: it panicked: no such drive",
            "WARN Backup: `write` failed 4 times in a row: the disk is full",
            "INFO Backup: `write` is well again, after 5 runs that failed",
        ],
        "{all:#?}"
    );
}
