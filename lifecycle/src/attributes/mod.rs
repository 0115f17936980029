//! The attributes and `plan!`, with their documentation.

mod hooks;

pub use hooks::{
    cron, drain, every, health, inject, job_failed, load, on, run, start, stop, unfinished, work,
};

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
/// | `backoff` | `"min..max"`, with `retry` or `restart`: the longest waits before the second and before any attempt | `"100ms..30s"` |
/// | `restart` | `"on-failure"`: it is [restarted](macro@crate::service#restarts) when it fails once it is up, as it does when a task that it spawned fails; `"never"` | `"never"` |
/// | `max_restarts` | a number, at least 1, with `restart`: how many restarts there may be in any time as long as `within` | 5 |
/// | `within` | a duration, with `restart`: the time over which restarts are counted, and after which without a failure the backoff starts anew | `"60s"` |
/// | `scope` | with `restart`; `"dependents"`: what is restarted is rebuilt together with all that cannot do without it | `"dependents"` |
/// | `escalate` | with `restart`: what follows when the restarts are used up. `"shutdown"`: the app stops, unless it can do without this; `"degrade"`: it goes on without this and what needs it | `"shutdown"` |
/// | `heartbeat` | a duration: at least this often, while it is up, something in it calls [`Context::beat`](crate::Context::beat), such as a task that it spawned. To miss that is a failure | no sign is expected |
/// | `health_groups` | `["payments", "readiness"]`: [groups](mod@crate::health#groups) to whose health it belongs, beside those that follow from the graph; the app must have them | none |
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
/// | `A`, `optional(A)` | `Queue<A>`, `Option<Queue<A>>` | the same, for the jobs of a [worker pool](macro@crate::worker_pool) |
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
/// error or a panic ends the app, unless the service is `optional` or is to [`restart`](#restarts).
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
/// Those of a resource, of which two say more here, and:
///
/// | key | value | default |
/// |---|---|---|
/// | `ready` | `"started"`: up when `#[start]` returns; `"explicit"`: when `#[run]` calls [`Context::ready`](crate::Context::ready) | `"started"` |
/// | `on_finish` | what follows when `#[run]` returns `Ok`. `"finish"`: its dependents stay, and the app stops when all services have finished; `"shutdown"`: the app stops | `"finish"` |
/// | `restart` | `"on-failure"`; `"always"`: also when `#[run]` returns `Ok`, so that there is no `on_finish`; `"never"` | `"never"` |
/// | `scope` | what a restart replaces. `"self"`: the run loop; `"dependents"`: the service, and all that cannot do without it | `"self"` |
///
/// # Restarts
///
/// ```
/// use std::{io, time::Duration};
/// use lifecycle::prelude::*;
///
/// # #[resource] #[derive(Default)] struct Stock;
/// # async fn delivery() -> io::Result<()> { Ok(()) }
/// #[service(depends_on = [Stock], restart = "on-failure", backoff = "100ms..10s", heartbeat = "1m")]
/// struct Feed;
///
/// #[service]
/// impl Feed {
///     #[run]
///     async fn follow(&self, cx: Context, shutdown: Shutdown) -> io::Result<()> {
///         while let Some(delivery) = shutdown.wrap(delivery()).await {
///             delivery?; // an error, and the loop begins again
///             cx.beat();
///         }
///         Ok(())
///     }
/// }
/// # assert_eq!(lifecycle::plan![Feed].nodes().len(), 2);
/// ```
///
/// **What counts.** Once the component is up: an error or a panic of its run loop or of a task that it spawned, a missed
/// heartbeat, and with `ready = "explicit"` a run loop that ends or takes longer than `start_timeout` before it is ready. A
/// start that fails while a component is rebuilt counts too; the first start is a matter of `retry`. A failed health check
/// counts for nothing.
///
/// **When.** After a wait that is random between nothing and a limit: `min` at first, then doubling up to `max`. After
/// an error that is a [`RestartNow`](crate::RestartNow), or has one as its source, there is no wait; it counts like any
/// other. A restart that somebody [asks for](crate::AppHandle::restart) neither waits nor counts. A stop ends the wait.
///
/// **`scope = "self"`.** The run loop and all that it spawned are told to stop, with the reason
/// [`Restart`](crate::Reason::Restart), and have `stop_timeout` for it; the cleanups that they registered run; then
/// `#[run]` is called again, with a fresh [`Shutdown`](crate::Shutdown). The instance stays, with its state and with what `#[start]`
/// spawned, so the handles that others hold stay good. What `#[start]` spawned is not spawned anew: where such a task
/// may fail, `scope = "dependents"` or [`Context::spawn_supervised`](crate::Context::spawn_supervised) is what you want.
///
/// **`scope = "dependents"`.** The component and all that cannot do without it, directly or through others, stop in order
/// and start in order, as new instances. All else stays as it is, and so does whoever holds an `Option<Arc<..>>`: that
/// handle goes on pointing at the old instance, and a [`Late<..>`](crate::Late) finds the new one. `main` is called once,
/// so what it takes as a parameter, and what that needs, is never rebuilt: where it would be, `escalate` follows at once.
///
/// **What follows** when more than `max_restarts` would come `within` that time: the component has failed for good. The app
/// stops with a failure; or, with `escalate = "degrade"`, goes on without it and what needs it, and its exit code in the
/// end is not 0. The failure of an `optional` one is no failure of the app, and changes neither.
#[doc(inline)]
pub use lifecycle_macros::service;

/// Makes a struct a worker pool: something that does jobs, with a bounded queue in front of its workers.
///
/// It is a [`resource`](macro@crate::resource) with a `#[work]` method, which is called for each job; it has all hooks but
/// `#[run]`. Those that depend on it submit jobs through a [`Queue`](crate::Queue).
///
/// ```
/// use std::{io, sync::Arc};
/// use lifecycle::pool::{JobError, Unfinished};
/// use lifecycle::prelude::*;
///
/// # #[resource] struct Smtp;
/// # impl Smtp { async fn send(&self, _: &Mail) -> io::Result<()> { Ok(()) } }
/// struct Mail { to: String }
///
/// #[worker_pool(depends_on = [Smtp], workers = 4, capacity = 256, stop_timeout = "8s")]
/// struct Mailer;
///
/// #[worker_pool]
/// impl Mailer {
///     #[work]
///     async fn send(&self, mail: &Mail, smtp: Arc<Smtp>) -> io::Result<()> {
///         smtp.send(mail).await
///     }
///
///     #[job_failed]
///     async fn failed(&self, mail: Option<&Mail>, error: &JobError<io::Error>) {
///         println!("no mail for {:?}: {error}", mail.map(|mail| &mail.to));
///     }
///
///     #[unfinished]
///     async fn park(&self, mails: Unfinished<Mail>) {
///         println!("{} mails were not sent", mails.count());
///     }
/// }
///
/// #[service(depends_on = [Mailer])]
/// struct Shop {
///     #[inject]
///     mailer: Queue<Mailer>,
/// }
///
/// #[service]
/// impl Shop {
///     #[run]
///     async fn sell(&self) -> Result<(), lifecycle::component::BoxError> {
///         self.mailer.submit(Mail { to: "ann".into() }).await?; // waits for room
///         self.mailer.try_submit(Mail { to: "bob".into() })?; // an error with the job in it, if there is none
///         self.mailer.submit_and_wait(Mail { to: "carl".into() }).await?; // the result of the job
///         Ok(())
///     }
/// }
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// # let report = App::builder(lifecycle::plan![Shop]).run().await;
/// # assert!(report.is_success(), "{report}");
/// # assert_eq!(report.component("Mailer").unwrap().pools[0].stats.done, 3);
/// # }
/// ```
///
/// # Keys
///
/// Those of a resource, and:
///
/// | key | value | default |
/// |---|---|---|
/// | `workers` | a number, at least 1: how many jobs are done at the same time | one for each core |
/// | `capacity` | a number, at least 1: how many jobs may wait; or `"unbounded"` | 1024 |
/// | `errors_kept` | a number: how many errors of jobs that nobody waits for the report has, the last ones | 16, or none beside `#[job_failed]` |
/// | `stop_on_error` | alone, or `= true` or `= false`: whether an error of a job fails the pool | `false` |
/// | `stop_on_panic` | the same for a panic | `false` |
///
/// # The life of a pool
///
/// It takes jobs from the moment at which its dependents may start until all of them are down, so that they submit from
/// their start hook to their stop hook. Then it refuses jobs, and does those that it has within its `stop_timeout`. What is
/// not done by then goes to `#[unfinished]`, after `#[stop]`, and is counted in the report. No job is lost:
/// [`pool`](mod@crate::pool#no-job-is-lost) has the sum.
///
/// A restart is one of the pool and all that cannot do without it. The old pool does what it has, as in any stop; a
/// [`Queue`](crate::Queue) that somebody else kept finds the new one.
#[doc(inline)]
pub use lifecycle_macros::worker_pool;

/// Makes an async function the app: a `main` that starts everything it needs, runs, and stops within a deadline.
///
/// The function may take [`Context`](crate::Context) and an `Arc` of each of its `services`, or the
/// [`Queue`](crate::Queue) of one that is a worker pool. It runs once those are up, and
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
/// | `task_limit` | a number, at least 1: how many [tasks](crate::task) may be at work at once, in all components together | one for each core |
/// | `micro_limit` | the same for [micro-tasks](crate::micro) | one for each core |
/// | `second_sigterm` | `"ignore"` or `"force"` | `"ignore"` |
/// | `runtime` | `"multi_thread"` or `"current_thread"` | `"multi_thread"` |
/// | `worker_threads` | 1 to 32768, for `"multi_thread"` | tokio's |
/// | `max_depth` | 1 to 10000: how long a chain of dependencies may be; long ones want `#![recursion_limit]` too | 100 |
/// | `health_groups` | `["payments"]`: the names of the app's own [groups](mod@crate::health#groups) of health; each has a component in it | none |
/// | `configure` | a function that adds to the [builder](crate::AppBuilder) before anything begins, see below | none |
/// | `cli` | alone: the program's arguments say what to do, see `lifecycle::cli`; or a function that reads them, and returns a `lifecycle::cli::Command`. With the feature `cli` | arguments are not looked at |
/// | `crate` | where this crate is | `::lifecycle` |
///
/// # What has no key
///
/// The function of `configure` takes the [`AppBuilder`](crate::AppBuilder) and returns it, or a `Result` of it with any
/// error: the place for observers and companions. It runs in the main thread, with tokio's time and I/O at hand. After
/// an error nothing begins, and the exit code is that of a failed load hook.
///
/// ```no_run
/// use lifecycle::observe::{Event, Observer};
/// use lifecycle::prelude::*;
///
/// struct Bell;
///
/// impl Observer for Bell {
///     fn on_event(&self, _event: &Event<'_>) {
///         print!("\x07");
///     }
/// }
///
/// fn configure(app: AppBuilder) -> AppBuilder {
///     app.observer(Bell)
/// }
///
/// # #[resource] #[derive(Default)] struct Cache;
/// #[lifecycle::app(services = [Cache], configure = configure)]
/// async fn main() {}
/// ```
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
