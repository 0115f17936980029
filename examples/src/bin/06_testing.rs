//! Tests of an app: time is paused, what components go through is kept, and whatever can go wrong goes wrong on demand.
//!
//! ```console
//! $ cargo test -p examples --bin 06_testing
//! $ cargo run -p examples --bin 06_testing
//! 17 orders until requested: the test is over
//!     0.000 s  app loading
//! ...
//!    20.100 s  Database up
//! ```

#![expect(clippy::print_stdout, reason = "a lesson talks to its reader")]

use std::sync::Arc;
use std::time::Duration;

use lifecycle::plan::Stage;
use lifecycle::prelude::*;
use lifecycle::testing::{Fault, TestApp};

#[resource(retry = 2)]
struct Database {
    orders: u32,
}

#[resource]
impl Database {
    #[start]
    async fn connect() -> Self {
        tokio::time::sleep(Duration::from_millis(100)).await;
        Self { orders: 17 }
    }
}

#[service]
struct Api {
    #[inject]
    database: Arc<Database>,
}

#[service]
impl Api {
    #[run]
    async fn serve(&self, shutdown: Shutdown) {
        println!("{} orders until {}", self.database.orders, shutdown.await);
    }
}

/// The harness is as good for trying things out: here, a database that takes 20 s longer to start. Nobody waits for it.
fn main() {
    let delay = Duration::from_secs(20);
    TestApp::new(lifecycle::plan![Api])
        .fault::<Database>(Stage::Start, Fault::Delay(delay))
        .run(|app| async move {
            assert!(app.started().await);
            println!("{}", app.stop().await.log);
        });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_starts_and_stops_in_order() {
        TestApp::new(lifecycle::plan![Api]).run(|app| async move {
            assert!(app.started().await);
            let ended = app.stop().await;
            assert_eq!(ended.report.exit_code(), 0);
            assert_eq!(ended.log.up(), ["Database", "Api"]);
            assert_eq!(ended.log.down(), ["Api", "Database"]);
        });
    }

    #[test]
    fn it_gives_up_after_three_attempts() {
        let ended = TestApp::new(lifecycle::plan![Api])
            .fault::<Database>(Stage::Start, Fault::error("no route to host"))
            .run_to_end();
        assert_eq!(ended.report.exit_code(), 69);
        assert_eq!(ended.log.started(), ["Database", "Database", "Database"]);
        assert!(
            ended
                .log
                .has("`Database` failed in start: no route to host")
        );
    }

    #[test]
    fn another_database_takes_its_place() {
        TestApp::new(lifecycle::plan![Api])
            .replace(Database { orders: 0 })
            .run(|app| async move {
                assert!(app.started().await);
                assert_eq!(app.get::<Api>().unwrap().database.orders, 0);
            });
    }
}
