//! Start, run, drain and stop the parts of a program, in an order that the compiler worked out.
//!
//! You annotate the structs and methods you have. The compiler finds every component that the app reaches, orders them,
//! and refuses a dependency cycle with one frame for every edge of the loop. A small runtime on tokio starts each
//! component the moment its last dependency is up, watches over them, and stops them in reverse within one deadline.
//!
//! ```no_run
//! use std::{io, sync::Arc};
//! use lifecycle::prelude::*;
//!
//! #[resource]
//! #[derive(Default)]
//! struct Greetings { words: Vec<String> }
//!
//! #[service(depends_on = [Greetings])]
//! struct Greeter { greetings: Arc<Greetings> }
//!
//! #[service]
//! impl Greeter {
//!     #[start]
//!     async fn start(greetings: Arc<Greetings>) -> io::Result<Self> {
//!         Ok(Self { greetings })
//!     }
//!
//!     #[run]
//!     async fn run(&self, shutdown: Shutdown) {
//!         println!("{} greetings are ready", self.greetings.words.len());
//!         shutdown.await;
//!     }
//! }
//!
//! #[lifecycle::app(services = [Greeter])]
//! async fn main(cx: Context) {
//!     cx.shutdown_requested().await;
//! }
//! ```
//!
//! # A component
//!
//! [`#[resource]`](macro@resource) is something that is there once started; [`#[service]`](macro@service) works, in a
//! run loop. The attribute on the struct declares dependencies and policies; the same attribute on an impl block collects
//! the hooks:
//!
//! | hook | when | takes `&self` |
//! |---|---|---|
//! | `#[load]` | before anything starts, all components at once; for reading and checking configuration | no |
//! | `#[start]` | once all dependencies are up; makes the component | no |
//! | `#[run]` | from then on; the component's work (services only) | yes |
//! | `#[health]` | beside, every 5 s | yes |
//! | `#[every]`, `#[cron]` | beside, once in a period or at times of the wall clock; as many as you like | yes |
//! | `#[on]` | beside, for each [event](#events) of its type; as many as you like | yes |
//! | `#[drain]` | when told to stop, beside the work that ends | yes |
//! | `#[stop]` | when all its work has ended | yes |
//! | `#[work]`, `#[job_failed]`, `#[unfinished]` | for each job, for each that fails, for those that are left ([worker pools](#worker-pools) only) | yes |
//!
//! Hooks are sync or async. They take what they need: `Arc<Dep>`, `Option<Arc<Dep>>` for `optional(Dep)`, [`Late<Dep>`]
//! for `late(Dep)`, [`Queue<Pool>`](Queue), [`Context`], [`Shutdown`], and [`Loaded<T>`] in `#[start]`. They return nothing
//! or, `#[start]`, the component, or a `Result` of that with any error. A sync hook that blocks its thread holds up other
//! tasks, so blocking work belongs into `tokio::task::spawn_blocking`.
//!
//! Without `#[start]`, a component is built from its fields: those marked `#[inject]` are dependencies, the others take
//! their `Default`.
//!
//! # The life of an app
//!
//! Load, start, run, drain, stop, clean up. What happens when, with the defaults:
//!
//! | | |
//! |---|---|
//! | start | each component when its last dependency is up, all that can at once; 30 s each, 60 s in all |
//! | a load hook fails or panics | the others end, and nothing starts; exit code 78 |
//! | a start fails or panics | nothing new starts, what is starting is cancelled, what is up stops in reverse; exit code 69, or 70 after a panic |
//! | a run loop returns `Ok` | the service is finished; when all are, the app stops |
//! | a run loop or a spawned task returns an error or panics | it [restarts](#restarts), or the app stops; exit code 1, or 70 after a panic |
//! | a health check or a [scheduled](schedule) method fails or panics | its [health](mod@health) and the log say so, and nothing stops |
//! | SIGINT, SIGTERM, `main` returns, [`AppHandle::shutdown`] | the app stops; exit code 0 |
//! | stop | each component when its last dependent is down; 5 s each, 25 s in all, laid along the longest chain |
//! | all components are down | what [`AppHandle::on_cleanup`] registered runs, side by side, within what remains of the 25 s |
//! | it overstays | its tasks are aborted; what ignores that is given up and reported; exit code 75 |
//! | a second SIGINT | all tasks are aborted, cleanups have 1 s; exit code 130. A third one ends the process at once |
//! | `optional` | the component, and what cannot do without it, may fail, and the app goes on |
//!
//! [`app`](mod@app) lists the exit codes. [`engine`] has the rules, to the letter.
//!
//! # Restarts
//!
//! A component that says so is restarted when it fails: after a wait that doubles, at most five times in a minute, and
//! then the app stops. A service gets a new run loop on the same instance; a resource, or with `scope = "dependents"` a
//! service, is rebuilt with all that cannot do without it, in order, and nothing else moves.
//!
//! ```
//! use std::io;
//! use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
//! use lifecycle::prelude::*;
//!
//! #[service(restart = "on-failure", backoff = "10ms..1s", max_restarts = 3)]
//! struct Feed { calls: AtomicU32 }
//!
//! #[service]
//! impl Feed {
//!     #[run]
//!     async fn follow(&self) -> io::Result<()> {
//!         match self.calls.fetch_add(1, Relaxed) {
//!             0 => Err(io::Error::other("the line broke")),
//!             _ => Ok(()),
//!         }
//!     }
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() {
//! let report = App::builder(lifecycle::plan![Feed]).run().await;
//! assert!(report.is_success());
//! assert_eq!(report.component("Feed").unwrap().restarts, 1);
//! # }
//! ```
//!
//! [`#[service]`](macro@service#restarts) has all the keys, and what counts. An error may ask for a restart at once with
//! [`RestartNow`], and a task inside a component is restarted alone by [`Context::spawn_supervised`].
//!
//! # Changes at run time
//!
//! [`AppHandle::disable`], [`AppHandle::enable`] and [`AppHandle::restart`] change what is up while the app runs, in the order
//! that a start and a stop have, and with all that it takes; [`AppHandle::component`] finds by name what has no type.
//! [`AppHandle::add`] adds what nobody knew when the program was compiled. Each gives a future that resolves when the effect
//! is complete, or says why it will not be.
//!
//! ```
//! use lifecycle::component::{on, service_fn};
//! use lifecycle::plan::Restart;
//! use lifecycle::prelude::*;
//!
//! #[resource]
//! #[derive(Default)]
//! struct Database;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), lifecycle::component::BoxError> {
//! let running = App::builder(lifecycle::plan![Database]).start();
//! let app = running.app();
//! for tenant in ["north", "south"] {
//!     let import = service_fn(format!("import-{tenant}"), on::<Database>(), |cx| async move {
//!         cx.shutdown_requested().await;
//!     });
//!     app.add(import.declare(|policies| policies.restart(Restart::OnFailure))).await?;
//! }
//! // Takes the imports along, and brings them back.
//! app.disable::<Database>().await?;
//! app.enable::<Database>().await?;
//! # Ok(())
//! # }
//! ```
//!
//! # Work beside the run loop
//!
//! All of this belongs to the component in whose context it was made: it begins after what the component needs is up, and
//! has ended before the component's stop hook is called. Panics are caught; what fails is counted, logged, and told in status
//! and report, and fails the component only where that is said.
//!
//! | | |
//! |---|---|
//! | [`Context::spawn`] | one task; its failure is one of the component |
//! | [`schedule`] | work in a period, or at times of the wall clock |
//! | [`pool`] | workers with a bounded queue of jobs |
//! | [`task`] | named work that runs when asked to: in its turn, first, now, later, again and again |
//! | [`micro`] | short pieces of work, the urgent ones first, under one limit for the whole app |
//! | [`wake`] | work that runs when poked, once for many pokes |
//! | [`mailbox`] | no work, and nobody's: where it finds the newest values |
//!
//! # Events
//!
//! Typed, and owned by nobody: [`Context::emit`] tells all who have a method for events of that type.
//!
//! ```
//! # use std::sync::Arc;
//! # use lifecycle::prelude::*;
//! # struct OrderPlaced { id: u64 }
//! # #[resource] #[derive(Default)] struct Confirmations;
//! #[resource]
//! impl Confirmations {
//!     #[on]
//!     async fn confirm(&self, placed: Arc<OrderPlaced>) {
//!         println!("thank you for order {}", placed.id);
//!     }
//! }
//! # let _ = lifecycle::plan![Confirmations];
//! ```
//!
//! Events are kept until the component is up, up to a bound; [`event`] has the whole story.
//!
//! # Worker pools
//!
//! [`#[worker_pool]`](macro@worker_pool) makes a component that does jobs: a bounded queue, workers, and a [`Queue`] for
//! those that submit. It stops after all of these, does what it has, and hands over what is left: no job is lost. [`pool`]
//! has what is below, for pools inside a component and for futures of any kind.
//!
//! # Health
//!
//! A check beside the component, conditions that it sets itself, and groups for probes that follow from the graph:
//! [`AppHandle::is_ready`], [`AppHandle::is_live`], [`AppHandle::has_started`]. [`AppHandle::health`] is the whole report, and
//! costs no check. Three failures in a row count, and a scheduler that a component blocks is noticed and named; [`health`](mod@health)
//! has all of it.
//!
//! ```
//! # use std::io;
//! # use lifecycle::health::Health;
//! # use lifecycle::prelude::*;
//! # #[resource] #[derive(Default)] struct Database;
//! # impl Database { async fn ping(&self) -> io::Result<u32> { Ok(3) } }
//! #[resource]
//! impl Database {
//!     #[health(every = "5s", timeout = "800ms")]
//!     async fn check(&self) -> io::Result<Health> {
//!         match self.ping().await? {
//!             0..100 => Ok(Health::healthy()),
//!             slow => Ok(Health::hint(format!("answered after {slow} ms"))),
//!         }
//!     }
//! }
//! # let _ = lifecycle::plan![Database];
//! ```
//!
//! # Seeing it
//!
//! What happens is told through [`tracing`](https://docs.rs/tracing) with the target `lifecycle`, so a program that
//! installs no subscriber is silent until it ends badly. `main` begins when everything is up, so the place to install one is
//! the function that [`configure`](macro@app#what-has-no-key) names, which is called before anything begins; observers and
//! companions go there too:
//!
//! ```no_run
//! use lifecycle::prelude::*;
//!
//! # fn install_a_subscriber() {}
//! fn configure(app: AppBuilder) -> AppBuilder {
//!     install_a_subscriber();
//!     app
//! }
//!
//! # #[resource] #[derive(Default)] struct Cache;
//! #[lifecycle::app(services = [Cache], configure = configure)]
//! async fn main(cx: Context) {
//!     cx.shutdown_requested().await;
//! }
//! ```
//!
//! A start in which all is well is one line at INFO; what takes long, fails or holds up others says so, and code of a component
//! runs inside a span that names it: [`observe`] has the tables.
//!
//! [`AppHandle::status`] is a snapshot at any moment, SIGUSR1 prints it, [`AppHandle::start_profile`] says where the time
//! of the start went and [`RunReport::stop_profile`] that of the stop, and an [`observe::Observer`] gets every event. With the
//! feature `status`, a small server shows all of it to probes and tools, and to people on a page.
//!
//! # Without macros
//!
//! The attributes implement public traits: see [`Component`]. Components whose number is known only at run time are made
//! with [`component::Custom`] or [`component::service_fn`], and [`App::builder`] runs any [`plan::Plan`].
//!
//! # Testing
//!
//! With the feature `testing`, `lifecycle::testing` runs an app in paused time, with an event log, signals without a
//! process, values in place of components, and faults at any hook.
//!
//! # Features
//!
//! None is on by default, which is 27 crates in all, this one included. What each adds to these, on Linux:
//!
//! | feature | what it adds | crates |
//! |---|---|---|
//! | `testing` | `lifecycle::testing` | 0 |
//! | `serde` | `serde::Serialize` for [`RunReport`], [`observe::Status`], [`observe::StartProfile`], [`observe::StopProfile`], [`health::Report`] and what they hold | 3 |
//! | `cron` | `#[cron]`, `schedule::Cron` and `Context::cron`: work at times of the wall clock, in any time zone | 3 |
//! | `svg` | `to_svg` of [`plan::Plan`], [`plan::PlanBuilder`], [`observe::StartProfile`] and [`observe::StopProfile`]: drawings of a plan or a dependency cycle, and waterfalls of a start and a stop | 0 |
//! | `status` | `lifecycle::status`: a small HTTP server for probes, tools and people; with `serde` and `svg` | 17 |
//! | `grpc` | `lifecycle::grpc`: the standard health service for any tonic server | 23 |
//! | `systemd` | `lifecycle::systemd`: readiness, status, watchdog and longer deadlines, told to the service manager | 0 |
//! | `metrics` | `lifecycle::metrics`: the app in numbers, through the `metrics` facade | 3 |
//! | `prometheus` | `lifecycle::metrics::prometheus`: a recorder, and the page that Prometheus reads; with `metrics` | 29 |
//! | `progress` | [`observe::Progress`]: a live list in the terminal while the app starts and stops | 4 |
//! | `cli` | `lifecycle::cli`: run, check, graph and status as commands of the program | 11 |

pub mod app;
mod attributes;
#[cfg(feature = "cli")]
pub mod cli;
pub mod component;
pub mod context;
mod driver;
pub mod engine;
mod error;
#[cfg(feature = "grpc")]
pub mod grpc;
pub mod health;
pub mod observe;
pub mod plan;
#[cfg(feature = "status")]
mod serve;
#[cfg(feature = "svg")]
mod svg;
#[cfg(feature = "testing")]
pub mod testing;
mod text;
mod work;

pub use app::{App, AppBuilder, RunReport};
pub use attributes::{
    app, cron, drain, every, health, inject, load, on, plan, resource, run, service, start, stop,
};
pub use attributes::{job_failed, unfinished, work, worker_pool};
pub use component::Component;
pub use context::{AppHandle, Context, Late, Loaded, Reason, Shutdown};
pub use error::{Error, RestartNow};
#[cfg(feature = "metrics")]
pub use observe::metrics;
#[cfg(feature = "systemd")]
pub use observe::systemd;
pub use pool::Queue;
#[cfg(feature = "status")]
pub use serve::status;
pub use work::{event, mailbox, micro, pool, schedule, task, wake};
/// Private API of the attributes.
#[doc(hidden)]
pub mod __private;
/// The names that most programs need.
pub mod prelude;

/// The code in the README compiles.
#[cfg(all(
    doctest,
    feature = "progress",
    feature = "prometheus",
    feature = "status",
    feature = "systemd"
))]
#[doc = include_str!("../../README.md")]
struct Readme;
