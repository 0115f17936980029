//! A diamond: `Api` needs `Database` and `Cache`, and both need `Settings`.
//!
//! The compiler works the order out of `depends_on`; whatever does not wait for each other starts in parallel.
//!
//! ```console
//! $ cargo run -p examples --bin 02_dependencies
//! Api (service)
//! |-- Database (resource)
//! |   `-- Settings (resource)
//! `-- Cache (resource)
//!     `-- Settings (see above)
//!
//! start: Settings; then Database, Cache; then Api
//! stop:  Api; then Database, Cache; then Settings
//!
//!   component  waited  worked  share  waited for
//! * Settings     0 us    5 us   <1 %
//! ...
//! everything was up after 201 ms; one after the other it would have been 401 ms: 2.0 at a time
//! ```
//!
//! Now let `Settings` depend on `Api`: the program does not compile, and the message shows the whole loop.

#![expect(clippy::print_stdout, reason = "a lesson talks to its reader")]

use std::sync::Arc;
use std::time::Duration;

use lifecycle::prelude::*;

#[resource]
struct Settings {
    url: String,
}

#[resource]
impl Settings {
    #[start]
    fn new() -> Self {
        Self {
            url: "memory".to_owned(),
        }
    }
}

#[resource(depends_on = [Settings])]
struct Database;

#[resource]
impl Database {
    /// A hook's parameters are what it needs. What is not in `depends_on` is a compile error here.
    #[start]
    async fn connect(settings: Arc<Settings>) -> Self {
        println!("Database connects to {}", settings.url);
        tokio::time::sleep(Duration::from_millis(200)).await;
        Self
    }
}

#[resource(depends_on = [Settings])]
struct Cache;

#[resource]
impl Cache {
    #[start]
    async fn warm_up() -> Self {
        println!("Cache warms up");
        tokio::time::sleep(Duration::from_millis(200)).await;
        Self
    }
}

/// Without a `#[start]` hook a component is built from its fields; an injected field is a dependency too.
#[service]
struct Api {
    #[inject]
    _database: Arc<Database>,
    #[inject]
    _cache: Arc<Cache>,
}

#[service]
impl Api {
    #[run]
    async fn serve(&self, shutdown: Shutdown) {
        println!("Api stops because {}", shutdown.await);
    }
}

#[lifecycle::app(services = [Api])]
async fn main(cx: Context) {
    println!("\n{}", lifecycle::plan![Api].to_text());
    if let Some(profile) = cx.app().start_profile() {
        println!("{profile}\n");
    }
}
