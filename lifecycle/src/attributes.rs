//! The attributes and `plan!`, with their documentation.

/// Makes a struct a resource: something that is there once started, such as a connection pool, settings or a cache.
///
/// The attribute stands on the struct, where it declares dependencies and policies, and again on one impl block of it,
/// whose annotated methods are the hooks. The impl block may be left out.
///
/// ```
/// use std::{io, sync::Arc};
/// use lifecycle::prelude::*;
///
/// #[resource]
/// struct Settings { url: String }
///
/// #[resource(depends_on = [Settings], start_timeout = "10s", retry = 5, backoff = "100ms..5s")]
/// struct Database { url: String }
///
/// #[resource]
/// impl Database {
///     #[start]
///     async fn connect(settings: Arc<Settings>) -> io::Result<Self> {
///         Ok(Self { url: settings.url.clone() })
///     }
///
///     #[health(every = "5s", timeout = "800ms")]
///     async fn ping(&self) -> io::Result<()> {
///         Ok(())
///     }
///
///     #[stop]
///     fn close(&self) {
///         println!("{} is closed", self.url);
///     }
/// }
/// # assert_eq!(lifecycle::plan![Database].nodes().len(), 2);
/// ```
///
/// # Keys
///
/// | key | value | default |
/// |---|---|---|
/// | `depends_on` | `[A, b::B, optional(C), late(D)]` | nothing |
/// | `name` | the name that people see | the name of the struct |
/// | `optional` | alone, or `= true` or `= false`: whether the app goes on when this fails | `false` |
/// | `start_timeout` | a duration: the limit of one attempt to start | `"30s"` |
/// | `stop_timeout` | a duration: the limit of its stop. Written down, it is a promise: along one chain of dependencies, they must fit the app's `shutdown_timeout` | `"5s"`, no promise |
/// | `retry` | a number, at least 1: how often a failed start is tried again | never |
/// | `backoff` | `"min..max"`, with `retry`: the longest waits before the second and before any attempt | `"100ms..30s"` |
/// | `crate` | where this crate is, if it is not `::lifecycle`; also on the impl block, whose only key it is | `::lifecycle` |
///
/// A duration is a string of numbers with the units `h`, `m`, `s`, `ms`, `us` and `ns`, the largest first: `"10s"`,
/// `"1m30s"`, `"1.5h"`. It is never zero.
///
/// # Dependencies
///
/// | `depends_on` | a hook takes | what it means |
/// |---|---|---|
/// | `A` | `Arc<A>` | `A` is up before this starts, and down after it |
/// | `optional(A)` | `Option<Arc<A>>` | the same, but this starts also when `A` failed |
/// | `late(A)` | `Late<A>` | no order: a handle that may be asked once `A` is up; the app needs `A` all the same, unless `A` is declared `optional` |
///
/// The compiler walks the graph, across modules and crates, and refuses a cycle. `late` is how two components know each
/// other. A hook that takes what is not declared is a compile error at that parameter.
///
/// # Without `#[start]`
///
/// The component is built from its fields. A field marked `#[inject]` holds the handle of a dependency, which need not
/// stand in `depends_on`; all others take their `Default`.
///
/// ```
/// # use std::sync::Arc;
/// # use lifecycle::prelude::*;
/// # #[resource] struct Settings;
/// #[resource]
/// struct Cache {
///     #[inject]
///     settings: Arc<Settings>,
///     entries: std::sync::Mutex<Vec<String>>,
/// }
/// # impl Cache { fn parts(&self) { let _ = (&self.settings, &self.entries); } }
/// # let _ = Cache::parts;
/// # assert_eq!(lifecycle::plan![Cache].nodes().len(), 2);
/// ```
#[doc(inline)]
pub use lifecycle_macros::resource;

/// Makes a struct a service: something that works, in a run loop of its own.
///
/// It is a [`resource`](macro@crate::resource) with a `#[run]` hook. When that returns `Ok`, the service is finished; an
/// error or a panic ends the app, unless the service is `optional`.
///
/// ```
/// use std::{io, sync::Arc};
/// use lifecycle::prelude::*;
///
/// # #[resource] struct Database;
/// #[service(depends_on = [Database], ready = "explicit", stop_timeout = "8s")]
/// struct Api { database: Arc<Database> }
///
/// #[service]
/// impl Api {
///     #[start]
///     async fn bind(database: Arc<Database>) -> io::Result<Self> {
///         Ok(Self { database })
///     }
///
///     #[run]
///     async fn serve(&self, cx: Context, shutdown: Shutdown) -> io::Result<()> {
///         let _ = &self.database;
///         cx.ready();
///         shutdown.await;
///         Ok(())
///     }
/// }
/// # assert_eq!(lifecycle::plan![Api].nodes().len(), 2);
/// ```
///
/// # Keys
///
/// Those of a resource, and:
///
/// | key | value | default |
/// |---|---|---|
/// | `ready` | `"started"`: up when `#[start]` returns; `"explicit"`: when `#[run]` calls [`Context::ready`](crate::Context::ready) | `"started"` |
/// | `on_finish` | what follows when `#[run]` returns `Ok`. `"finish"`: its dependents stay, and the app stops when all services have finished; `"shutdown"`: the app stops | `"finish"` |
#[doc(inline)]
pub use lifecycle_macros::service;

/// Makes an async function the app: a `main` that starts everything it needs, runs, and stops within a deadline.
///
/// The function may take [`Context`](crate::Context) and an `Arc` of each of its `services`. It runs once those are up, and
/// the app stops when it returns. It returns nothing or a `Result` with any error. What is generated in its place is a
/// function of that name that builds a tokio runtime and returns the [`ExitCode`](std::process::ExitCode).
///
/// ```no_run
/// use std::sync::Arc;
/// use lifecycle::prelude::*;
///
/// # #[service] struct Api;
/// # #[service] impl Api { #[run] async fn run(&self) {} }
/// #[lifecycle::app(services = [Api], shutdown_timeout = "20s")]
/// async fn main(cx: Context, api: Arc<Api>) -> Result<(), lifecycle::Error> {
///     cx.shutdown_requested().await;
///     drop(api);
///     Ok(())
/// }
/// ```
///
/// # Keys
///
/// | key | value | default |
/// |---|---|---|
/// | `services` | `[Api, jobs::Mailer]`: the roots; the compiler finds what they need. Required | |
/// | `name` | the name of the app | the path of the module in which the function stands: in `main.rs`, the crate's name |
/// | `shutdown_timeout` | a duration: the limit of the whole stop | `"25s"` |
/// | `start_budget` | a duration: the limit of the whole start | `"60s"` |
/// | `drain_delay` | a duration below `shutdown_timeout`: how long everything still serves after readiness has turned false | none |
/// | `max_concurrent_starts` | a number, at least 1 | no limit |
/// | `second_sigterm` | `"ignore"` or `"force"` | `"ignore"` |
/// | `runtime` | `"multi_thread"` or `"current_thread"` | `"multi_thread"` |
/// | `worker_threads` | 1 to 32768, for `"multi_thread"` | tokio's |
/// | `max_depth` | 1 to 10000: how long a chain of dependencies may be; long ones want `#![recursion_limit]` too | 100 |
/// | `crate` | where this crate is | `::lifecycle` |
#[doc(inline)]
pub use lifecycle_macros::app;

/// A [`Plan`](crate::plan::Plan) of components and all that they need, made by the compiler.
///
/// For tests, subcommands and roles: a plan starts only what it reaches.
///
/// ```
/// use lifecycle::prelude::*;
///
/// #[resource]
/// struct Settings;
///
/// #[resource(depends_on = [Settings])]
/// struct Database;
///
/// let plan = lifecycle::plan![Database];
/// let names: Vec<_> = plan.nodes().iter().map(|node| node.name()).collect();
/// assert_eq!(names, ["Settings", "Database"]);
/// ```
///
/// Chains of more than 100 components want `plan![max_depth = 300; Database]`.
#[doc(inline)]
pub use lifecycle_macros::plan;

/// Marks the hook that reads and checks before anything starts, in an impl block annotated with
/// [`resource`](macro@crate::resource) or [`service`](macro@crate::service).
///
/// The hooks of all components run at once, and all failures are reported together. What it returns comes to `#[start]` as
/// [`Loaded<T>`](crate::Loaded).
///
/// ```
/// # use lifecycle::prelude::*;
/// # struct Config { port: u16 }
/// # #[resource] struct Settings { port: u16 }
/// #[resource]
/// impl Settings {
///     #[load]
///     fn from_env() -> Result<Config, std::num::ParseIntError> {
///         Ok(Config { port: std::env::var("PORT").as_deref().unwrap_or("8080").parse()? })
///     }
///
///     #[start]
///     fn new(config: Loaded<Config>) -> Self {
///         Self { port: config.port }
///     }
/// }
/// # impl Settings { fn port(&self) -> u16 { self.port } }
/// # let _ = Settings::port;
/// # lifecycle::plan![Settings];
/// ```
#[doc(inline)]
pub use lifecycle_macros::load;

/// Marks the hook that makes the component once its dependencies are up: it takes them and returns `Self`, or a `Result` of
/// it. See [`resource`](macro@crate::resource).
#[doc(inline)]
pub use lifecycle_macros::start;

/// Marks the work of a [`service`](macro@crate::service): it takes `&self`, and is told to stop by its
/// [`Shutdown`](crate::Shutdown).
#[doc(inline)]
pub use lifecycle_macros::run;

/// Marks the hook that runs beside the work once the component is told to stop. It takes `&self`.
#[doc(inline)]
pub use lifecycle_macros::drain;

/// Marks the hook that runs when all work of the component has ended. It takes `&self`.
#[doc(inline)]
pub use lifecycle_macros::stop;

/// Marks the health check. It takes `&self`; an error or a panic is a failure of the check, which the status and the log
/// show. It does not fail the component.
///
/// | key | value | default |
/// |---|---|---|
/// | `every` | a duration: from the end of one check to the beginning of the next | `"5s"` |
/// | `timeout` | a duration: a check that takes longer is cancelled, and has failed | `"1s"` |
#[doc(inline)]
pub use lifecycle_macros::health;

/// Marks a field that holds the handle of a dependency, in a component without `#[start]`: an `Arc<T>`, an
/// `Option<Arc<T>>` or a [`Late<T>`](crate::Late). See [`resource`](macro@crate::resource).
#[doc(inline)]
pub use lifecycle_macros::inject;
