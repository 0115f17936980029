//! A harness for tests of apps: paused time, the event log, signals without a process, other instances, faults.
//!
//! ```
//! use std::time::Duration;
//! use lifecycle::plan::Stage;
//! use lifecycle::prelude::*;
//! use lifecycle::testing::{Fault, TestApp};
//!
//! #[resource]
//! #[derive(Default)]
//! struct Database;
//!
//! #[resource(depends_on = [Database])]
//! #[derive(Default)]
//! struct Api;
//!
//! TestApp::new(lifecycle::plan![Api])
//!     .fault::<Database>(Stage::Start, Fault::error("no route to host"))
//!     .run(|app| async move {
//!         let ended = app.ended().await;
//!         assert_eq!(ended.report.exit_code(), 69);
//!         assert_eq!(ended.log.started(), ["Database"]);
//!     });
//! ```
//!
//! The [event log](EventLog) is about components. What a job, a task, a handler of events or a schedule fails with is in the
//! report.

mod app;
mod fault;
mod log;

pub use app::{Ended, TestApp, TestHandle};
pub use fault::Fault;
pub(crate) use fault::Interference;
pub use log::{EventLog, Line};
