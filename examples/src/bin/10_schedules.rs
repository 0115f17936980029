//! Schedules: work that is done in a period, or at times of the wall clock.
//!
//! A night passes in a moment here, since the test harness pauses time; `06_testing` is about that.
//!
//! ```console
//! $ cargo run -p examples --bin 10_schedules
//!   0 min: the floor is swept
//!  25 min: the floor is swept, with a broom that has seen better days
//! ...
//! ```

#![expect(clippy::print_stdout, reason = "a lesson talks to its reader")]

use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::time::{Duration, UNIX_EPOCH};

use lifecycle::prelude::*;
use lifecycle::testing::TestApp;

#[resource]
#[derive(Default)]
struct Shop {
    sweeps: AtomicU32,
}

#[resource]
impl Shop {
    /// At once, and then every 25 minutes. What passes during a run that takes long is skipped; one that fails is told, and
    /// the next one comes all the same.
    #[every("25m", immediate)]
    async fn sweep(&self, cx: Context) -> Result<(), &'static str> {
        match self.sweeps.fetch_add(1, Relaxed) {
            1 => {
                say(
                    &cx,
                    "the floor is swept, with a broom that has seen better days",
                );
                minutes(70).await;
                Ok(())
            }
            2 => {
                say(&cx, "the broom breaks");
                Err("the broom is broken")
            }
            _ => {
                say(&cx, "the floor is swept");
                Ok(())
            }
        }
    }

    /// A part of each period is left to chance, so that not all shops of the town look at the same time.
    #[every("1h", jitter = 0.2)]
    fn look_for_mice(&self) {}

    /// At half past two in Berlin. In this night there is no such time: the clock goes from two to three.
    #[cron("0 30 2 * * *", tz = "Europe/Berlin")]
    fn count_the_stock(&self, cx: Context) {
        say(&cx, "the stock is counted");
    }
}

fn say(cx: &Context, words: &str) {
    let minutes = cx.app().status().age.as_secs() / 60;
    println!("{minutes:3} min: {words}");
}

async fn minutes(count: u64) {
    tokio::time::sleep(Duration::from_secs(60 * count)).await;
}

fn main() {
    // Midnight in Berlin, on 29 March 2026.
    let midnight = UNIX_EPOCH + Duration::from_secs(1_774_738_800);
    let app = TestApp::new(lifecycle::plan![Shop]).with(|app| app.wall_clock(midnight));
    app.run(|app| async move {
        minutes(110).await;
        // The status has it all: what failed, and how often, what was skipped, and what comes next.
        let status = app.app().status();
        let shop = status.component("Shop").unwrap();
        println!("not well: {}", shop.health.reason().unwrap_or_default());
        for schedule in &shop.schedules {
            if schedule.name == "sweep" {
                println!(
                    "sweep: {} runs, {} failed, {} skipped",
                    schedule.runs, schedule.failed, schedule.skipped
                );
            }
        }
        minutes(20).await;
        let status = app.app().status();
        let shop = status.component("Shop").unwrap();
        println!("well again: {}", shop.health.reason().is_none());
    });
}
