//! Health: checks run beside a component, conditions are what it says itself, and whoever asks gets an answer at once.
//!
//! ```console
//! $ cargo run -p examples --bin 03_health
//! Replica: healthy, ready: true
//! Replica: hint: 1 s behind, ready: true
//! Replica: unhealthy: the line broke, ready: false
//! [-]Replica failed: the line broke
//! Replica: healthy, ready: true
//! ```
//!
//! In a program of your own, `kill -USR1` prints the status of every component, with what is wrong.

#![expect(clippy::print_stdout, reason = "a lesson talks to its reader")]

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::time::Duration;

use lifecycle::health::{Health, Level};
use lifecycle::prelude::*;

#[service]
#[derive(Default)]
struct Replica {
    behind: AtomicU32,
    broken: tokio::sync::Notify,
    mended: tokio::sync::Notify,
}

#[service]
impl Replica {
    /// Never runs twice at once, and counts as failed when it takes longer than its timeout. What it says of being degraded
    /// shows at once; an error has to come three times in a row before the component is unhealthy.
    #[health(every = "20ms", timeout = "500ms")]
    fn is_close(&self) -> io::Result<Health> {
        match self.behind.load(Relaxed) {
            0 => Ok(Health::healthy()),
            seconds @ 1..60 => Ok(Health::hint(format!("{seconds} s behind"))),
            _ => Err(io::Error::other("the replica is lost")),
        }
    }

    /// Knows without a check that its line broke, and says so for as long as that is so.
    #[run]
    async fn follow(&self, cx: Context) {
        let shutdown = cx.shutdown();
        while shutdown.wrap(self.broken.notified()).await.is_some() {
            let error = io::Error::other("the line broke");
            let _broken = cx.health().condition("line", error);
            shutdown.wrap(self.mended.notified()).await;
        }
    }
}

/// Waits until `Replica` is this well. Asking changes nothing and runs nothing, so it may be done as often as one likes.
async fn says(app: &AppHandle, level: Level) {
    loop {
        let report = app.health();
        let replica = report.component("Replica").expect("it is part of the app");
        if replica.health.level() == level {
            let ready = app.is_ready();
            println!("Replica: {}, ready: {ready}", replica.health);
            if level == Level::Unhealthy {
                println!("{replica}");
            }
            return;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[lifecycle::app(services = [Replica])]
async fn main(cx: Context, replica: Arc<Replica>) {
    let app = cx.app();
    says(&app, Level::Healthy).await;
    replica.behind.store(1, Relaxed);
    says(&app, Level::Hint).await;
    replica.broken.notify_one();
    says(&app, Level::Unhealthy).await;
    replica.behind.store(0, Relaxed);
    replica.mended.notify_one();
    // The hint stands until the next check.
    says(&app, Level::Healthy).await;
}
