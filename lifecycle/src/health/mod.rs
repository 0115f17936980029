//! How well components are, and the app with them.
//!
//! A component says how well it is in three ways, and the worst counts:
//!
//! - a **check**: a method with [`#[health]`](macro@crate::health), called beside all else, again and again;
//! - **conditions**: what the component says itself, under a key, until it takes that back, by [`Context::health`];
//! - **schedules**: one that fails is a warning until it succeeds.
//!
//! It is [`Healthy`](Level::Healthy), degraded by a [`Hint`](Level::Hint) or a [`Warning`](Level::Warning), or
//! [`Unhealthy`](Level::Unhealthy). Whoever wants to know reads a [`Report`] from [`AppHandle::health`]: what is known at that
//! moment. To read changes nothing, waits for nobody and runs no check, so it may be done as often as one likes.
//!
//! ```
//! use lifecycle::health::{Health, Level};
//! use lifecycle::prelude::*;
//!
//! #[service]
//! #[derive(Default)]
//! struct Replica;
//!
//! # impl Replica { fn behind(&self) -> std::io::Result<u32> { Ok(3) } }
//! #[service]
//! impl Replica {
//!     #[health(every = "2s", timeout = "500ms")]
//!     async fn check(&self) -> std::io::Result<Health> {
//!         match self.behind()? {
//!             0 => Ok(Health::healthy()),
//!             seconds => Ok(Health::hint(format!("{seconds} s behind"))),
//!         }
//!     }
//!
//!     #[run]
//!     async fn follow(&self, cx: Context) {
//!         let _catching_up = cx.health().condition("copy", Health::warning("the first copy is under way"));
//!         cx.shutdown_requested().await;
//!     }
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() {
//! let running = App::builder(lifecycle::plan![Replica]).start();
//! let app = running.app();
//! app.started().await;
//! # while app.health().component("Replica").unwrap().health.level() == Level::Healthy { tokio::task::yield_now().await }
//! let report = app.health();
//! assert_eq!(report.component("Replica").unwrap().health, Health::warning("the first copy is under way"));
//! assert!(app.is_ready(), "degraded is ready");
//! println!("{report}");
//! # }
//! ```
//!
//! # Checks
//!
//! A check returns nothing, a [`Health`], or a `Result` of either. An error, a panic and [`Health::unhealthy`] are failures; so
//! is a check that takes longer than its `timeout`, and it is dropped then.
//!
//! The first one begins when the component is up, the next one 5 s after the last has ended, less up to a tenth of that, so
//! that checks do not go in step. There is never more than one at a time, and it ends with the component's work. Three failures
//! in a row make the component unhealthy; from then on there is a check every 30 s until one succeeds, and two successes in a
//! row make it healthy again. A degraded answer is a success and shows at once. All of that can be set: see [`CheckPolicy`]. A check that is not
//! `critical` makes the component no worse than a warning.
//!
//! One that blocks its thread cannot be dropped. It is not called again until it has ended, counts as one more failure each
//! time that another one would be due, and is told with how long it has hung: `the check has not answered for 12 s (limit
//! 1 s)`.
//!
//! A failed check fails nothing else: no component stops or restarts for it. Each change of what counts is told to
//! [observers](crate::observe::Observer::on_health), and so stands in the log: another level at INFO, WARN or ERROR, another
//! reason of the same level, such as how far behind a replica is, at DEBUG.
//!
//! # Conditions
//!
//! [`Handle::condition`] gives a guard that clears the condition when it is dropped; [`Handle::set`] and [`Handle::clear`] do
//! the same by hand. An error in place of a [`Health`] means unhealthy. Conditions end with the life of the context that set
//! them: those of a run loop when it is called anew, those of a start hook when the component goes down. [`Handle::error`]
//! keeps an error for those who look, and makes nothing worse: the last 50 stand in the report, over all lives, and among them
//! those with which the component's own code failed. At most 100 conditions of one component stand at once, see
//! [`Handle::condition`].
//!
//! # Groups
//!
//! What probes ask follows from the graph: a component is *required* if it is a root, or a hard or late dependency of a required
//! one, and not declared `optional`.
//!
//! | group | holds | who belongs to it |
//! |---|---|---|
//! | `startup`, [`AppHandle::has_started`] | once all of these have been up; then for good | those that are required |
//! | `readiness`, [`AppHandle::is_ready`] | while the app is running, and all of these are up and not unhealthy | those that are required |
//! | `liveness`, [`AppHandle::is_live`] | while the [scheduler](#the-scheduler) runs, no sign of life is missing, and none that has joined is unhealthy | those that promise a `heartbeat` |
//! | one of your own | while all of these are up and not unhealthy | those that have joined |
//!
//! Readiness is lost the moment draining begins, while all still serves. A component that is warming up, or waits for its
//! restart, is not up. A heartbeat is missing until the work that owed it has ended: what has ended begins anew, and needs no
//! new process. Liveness never asks an outside system, unless somebody has a component join it whose check does.
//!
//! A component joins groups by [`Declaration::health_groups`], `readiness` and `liveness` among them. A group that holds is
//! answered with the HTTP status 200, one that fails with 503; [`Group`] says who fails, and why.
//!
//! # The scheduler
//!
//! A component that blocks its thread takes it from all others, and when no thread is left nothing runs: no check, no timer, no
//! answer. With `#[lifecycle::app]`, or with [`AppBuilder::stall_limit`], a thread of its own asks the runtime of the
//! components every second to run something. When that has not been done after 5 s, the app is neither live nor ready, and the
//! reason names who is in the way: `` the scheduler has not run anything for 7.0 s; `Importer` (run) has held a thread for 6.9 s ``.
//! One that holds a thread for so long while others go on is warned of in the log. Time does not count in which the watching
//! thread does not run either: a process that was stopped is not stalled when it goes on.
//!
//! # JSON
//!
//! With the feature `serde`, a [`Report`] is written like this; fields may be added, and none is taken away or changes its
//! meaning. Times are seconds; those called `since` and `at` count from the beginning of the app. `level` is one of `healthy`,
//! `hint`, `warning`, `unhealthy`.
//!
//! ```json
//! {
//!   "app": "shop",
//!   "phase": "running",
//!   "age": 12.5,
//!   "health": { "level": "warning", "reason": "Replica: 3 s behind" },
//!   "since": 9.0,
//!   "groups": [{
//!     "name": "readiness",
//!     "passing": false,
//!     "failing": [{ "component": "Database", "reason": "no route" }],
//!     "members": ["Database"]
//!   }],
//!   "components": [{
//!     "name": "Replica",
//!     "kind": "service",
//!     "state": "up",
//!     "required": false,
//!     "ready": true,
//!     "unready": null,
//!     "health": { "level": "warning", "reason": "3 s behind" },
//!     "since": 9.0,
//!     "check": {
//!       "health": { "level": "healthy", "reason": null },
//!       "took": 0.002, "at": 10.1, "failures": 0, "hanging": null
//!     },
//!     "conditions": [
//!       { "key": "lag", "health": { "level": "warning", "reason": "3 s behind" }, "since": 9.0 }
//!     ],
//!     "errors": [{ "at": 8.9, "error": "the line broke" }],
//!     "depends_on": ["Database"]
//!   }]
//! }
//! ```
//!
//! [`Context::health`]: crate::Context::health
//! [`AppHandle::health`]: crate::AppHandle::health
//! [`AppHandle::has_started`]: crate::AppHandle::has_started
//! [`AppHandle::is_ready`]: crate::AppHandle::is_ready
//! [`AppHandle::is_live`]: crate::AppHandle::is_live
//! [`AppBuilder::stall_limit`]: crate::app::AppBuilder::stall_limit
//! [`CheckPolicy`]: crate::plan::CheckPolicy
//! [`Declaration::health_groups`]: crate::plan::Declaration::health_groups

mod book;
mod check;
pub(crate) mod group;
mod handle;
mod report;
mod run;
mod value;
pub(crate) mod watch;

pub(crate) use book::{Book, Told};
pub use group::{Failing, Group};
pub(crate) use group::{Standing, failing_app};
pub use handle::{ConditionGuard, Finding, Handle};
pub use report::{Answer, ComponentHealth, Condition, Noted, Report};
pub(crate) use run::check_until_shutdown;
pub(crate) use value::bounded;
pub use value::{Health, HealthChange, Level};
