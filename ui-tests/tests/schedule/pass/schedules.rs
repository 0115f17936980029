//! Schedules of all shapes: sync and async, with dependencies, several on one component, behind `cfg`.

#![deny(warnings)]

use std::fmt;
use std::sync::Arc;

use lifecycle::prelude::*;
use lifecycle::schedule::{Cron, Every};

#[resource]
struct Database;

#[service(depends_on = [Database])]
struct Carts;

#[service]
impl Carts {
    #[run]
    async fn run(&self, shutdown: Shutdown) {
        shutdown.await;
    }

    #[every("1h", jitter = 0.1)]
    async fn expire(&self, db: Arc<Database>, cx: Context) -> fmt::Result {
        let _ = (db, cx);
        Ok(())
    }

    #[every("30s", immediate, jitter = 1)]
    fn count(&self) {}

    #[lifecycle::every("1m30s", immediate = false,)]
    fn by_path(&self) -> Result<(), String> {
        Ok(())
    }

    /// Documented.
    #[cron("0 */5 * * * *", tz = "Europe/Berlin")]
    #[must_use]
    async fn report(&self, mut shutdown: Shutdown) -> fmt::Result {
        shutdown = shutdown.clone();
        let _ = shutdown;
        Ok(())
    }

    #[cron("0 30 3 L JAN-JUN,12 mon-fri")]
    fn monthly(&self) {}

    #[cfg(any())]
    #[corn]
    #[crow]
    #[ever]
    #[very]
    fn none_of_ours(&self) {}

    #[cfg(any())]
    #[cron("0 0 0 * * *")]
    fn of_another_system(&self, missing: Arc<Missing>) {}

    #[cfg(not(any()))]
    #[every("1s")]
    fn of_this_system(&self) {}
}

#[resource]
struct ByHand;

#[resource]
impl ByHand {
    #[start]
    fn start(cx: Context<Self>) -> Self {
        const NIGHTLY: Cron = Cron::new("0 30 3 * * *").tz("America/New_York");
        const OFTEN: Every = Every::new(std::time::Duration::from_secs(1));
        cx.cron("nightly", NIGHTLY, || async {});
        cx.every(format!("often {}", 1), OFTEN, || async { fmt::Result::Ok(()) });
        Self
    }
}

fn main() {
    assert_eq!(lifecycle::plan![Carts, ByHand].nodes().len(), 3);
}
