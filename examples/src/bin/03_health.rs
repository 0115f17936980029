//! Health checks: they run beside the component, and whoever asks gets the last answer at once.
//!
//! ```console
//! $ cargo run -p examples --bin 03_health
//! Replica is well
//! Replica is not well: 1 s behind
//! Replica is well
//! ```
//!
//! In a program of your own, `kill -USR1` prints the status of every component, with what is wrong.

#![expect(clippy::print_stdout, reason = "a lesson talks to its reader")]

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::time::Duration;

use lifecycle::observe::Status;
use lifecycle::prelude::*;

#[resource]
#[derive(Default)]
struct Replica {
    behind: AtomicU32,
}

#[resource]
impl Replica {
    /// Never runs twice at once, and counts as failed when it takes longer than its timeout.
    #[health(every = "20ms", timeout = "500ms")]
    fn is_close(&self) -> Result<(), String> {
        match self.behind.load(Relaxed) {
            0 => Ok(()),
            seconds => Err(format!("{seconds} s behind")),
        }
    }
}

/// What the last check of `Replica` found; `None` before the first.
fn answer(status: &Status) -> Option<String> {
    let health = status.component("Replica")?.health.as_ref()?;
    Some(match &health.problem {
        None => "Replica is well".to_owned(),
        Some(problem) => format!("Replica is not well: {problem}"),
    })
}

#[lifecycle::app(services = [Replica])]
async fn main(cx: Context, replica: Arc<Replica>) {
    for behind in [0, 1, 0] {
        replica.behind.store(behind, Relaxed);
        let expected = if behind == 0 {
            "is well"
        } else {
            "is not well"
        };
        // Asking changes nothing and runs nothing, so it may be done as often as one likes.
        loop {
            match answer(&cx.app().status()) {
                Some(answer) if answer.contains(expected) => {
                    println!("{answer}");
                    break;
                }
                _ => tokio::time::sleep(Duration::from_millis(5)).await,
            }
        }
    }
}
