//! The smallest app: one service that works until it is told to stop.
//!
//! ```console
//! $ cargo run -p examples --bin 01_hello
//! hello for the 1st time
//! hello for the 2nd time
//! hello for the 3rd time
//! bye, because main returned
//! ```
//!
//! With Ctrl-C it ends earlier, and just as cleanly.

#![expect(clippy::print_stdout, reason = "a lesson talks to its reader")]

use std::time::Duration;

use lifecycle::prelude::*;

/// A service is a struct with a `#[run]` hook. What the struct needs is up to you; this one needs nothing.
#[service]
#[derive(Default)]
struct Greeter;

#[service]
impl Greeter {
    /// Runs until it returns. `shutdown` fires when it is time to stop.
    #[run]
    async fn greet(&self, shutdown: Shutdown) {
        for count in ["1st", "2nd", "3rd"] {
            println!("hello for the {count} time");
            // A wait that a stop cuts short: `None` says that it did.
            let nap = tokio::time::sleep(Duration::from_millis(100));
            if shutdown.wrap(nap).await.is_none() {
                break;
            }
        }
        println!("bye, because {}", shutdown.await);
    }
}

/// `main` begins once everything is up. When it returns, everything stops.
#[lifecycle::app(services = [Greeter])]
async fn main(cx: Context) {
    let enough = tokio::time::sleep(Duration::from_millis(400));
    cx.shutdown().wrap(enough).await;
}
