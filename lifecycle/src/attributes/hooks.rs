//! The hooks and `#[inject]`: what stands on methods and fields.

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

/// Marks the health check. It takes `&self`, and returns nothing, [`Health`](crate::health::Health), or a `Result` of one of
/// these with any error. An error, a panic or taking too long is a failure of the check: [`health`](mod@crate::health) says
/// what follows. It does not fail the component.
///
/// ```
/// use std::time::Duration;
/// use lifecycle::health::Health;
/// use lifecycle::prelude::*;
///
/// # #[resource] #[derive(Default)] struct Replica;
/// # impl Replica { async fn lag(&self) -> std::io::Result<Duration> { Ok(Duration::ZERO) } }
/// #[resource]
/// impl Replica {
///     #[health(every = "10s", timeout = "800ms", failures = 2)]
///     async fn is_close(&self) -> std::io::Result<Health> {
///         Ok(match self.lag().await? {
///             lag if lag < Duration::from_secs(1) => Health::healthy(),
///             lag => Health::warning(format!("{lag:?} behind")),
///         })
///     }
/// }
/// # let _ = lifecycle::plan![Replica];
/// ```
///
/// | key | value | default |
/// |---|---|---|
/// | `every` | a duration: from the end of one check to the beginning of the next | `"5s"` |
/// | `timeout` | a duration: a check that takes longer is cancelled, and has failed | `"1s"` |
/// | `down_every` | a duration: the same as `every`, while the component is unhealthy and the last check failed | `"30s"` |
/// | `failures` | a number, at least 1: how many failures in a row make it unhealthy | 3 |
/// | `successes` | a number, at least 1: how many successes in a row make it well again | 2 |
/// | `critical` | `true` or `false`: whether what the check finds may make it unhealthy, so that the app is not ready; or only degraded, with a warning | `true` |
#[doc(inline)]
pub use lifecycle_macros::health;

/// Marks a method that is called once in each period while the component is up. It takes `&self`, and dependencies like any
/// hook; a component may have several.
///
/// ```
/// # use std::sync::Arc;
/// # use lifecycle::prelude::*;
/// # #[resource] #[derive(Default)] struct Database;
/// # impl Database { async fn delete_expired(&self) -> std::io::Result<()> { Ok(()) } }
/// #[resource(depends_on = [Database])]
/// #[derive(Default)]
/// struct Carts;
///
/// #[resource]
/// impl Carts {
///     #[every("1h", jitter = 0.1)]
///     async fn expire(&self, db: Arc<Database>) -> std::io::Result<()> {
///         db.delete_expired().await
///     }
/// }
/// # let _ = lifecycle::plan![Carts];
/// ```
///
/// | key | value | default |
/// |---|---|---|
/// | | a duration: the period. Required | |
/// | `jitter` | from 0 to 1: two runs lie from `1 - jitter` to `1 + jitter` periods apart | 0 |
/// | `immediate` | `true`: the first run comes when the component comes up, not a period later | `false` |
///
/// There is one run at a time; ticks that pass during one are skipped and counted, and the others stay where they are. An
/// error or a panic shows in the status and the log, and ends neither the schedule nor the component. No run begins once the
/// component is told to stop, and one that is under way has its `stop_timeout`. [`schedule`](crate::schedule) says more.
///
/// A component that is rebuilt begins afresh, with another immediate run; one whose run loop alone is restarted goes on with
/// the ticks that it had.
#[doc(inline)]
pub use lifecycle_macros::every;

/// Marks a method that handles [events](crate::event): it takes `&self`, the event as an `Arc` of its type, and then what
/// any hook may take. Whoever emits an event of that type has it called while the component is up.
///
/// A component may have any number of them, also several for one type. It is sync or async, and returns nothing or a
/// `Result`. An error or a panic is logged and stands in the report; it does not fail the component.
///
/// ```
/// # use std::sync::Arc;
/// # use lifecycle::prelude::*;
/// # struct OrderPlaced { id: u64 }
/// # #[resource] #[derive(Default)] struct Mailer;
/// # impl Mailer { async fn confirm(&self, id: u64) -> std::io::Result<()> { Ok(()) } }
/// # #[resource(depends_on = [Mailer])] #[derive(Default)] struct Confirmations;
/// #[resource]
/// impl Confirmations {
///     #[on(capacity = 10_000, concurrency = 4)]
///     async fn confirm(&self, placed: Arc<OrderPlaced>, mailer: Arc<Mailer>) -> std::io::Result<()> {
///         mailer.confirm(placed.id).await
///     }
/// }
/// # let _ = lifecycle::plan![Confirmations];
/// ```
///
/// | key | value | default |
/// |---|---|---|
/// | `capacity` | how many events may wait, while the component is not up or the handler is busy; more are dropped, and counted | `1024` |
/// | `concurrency` | how many events it handles at once; with 1 they are handled in order | `1` |
#[doc(inline)]
pub use lifecycle_macros::on;

/// Marks a method that is called at times of the wall clock while the component is up, with the feature `cron`. It takes
/// `&self`, and dependencies like any hook; a component may have several.
///
#[cfg_attr(feature = "cron", doc = "```")]
#[cfg_attr(not(feature = "cron"), doc = "```ignore")]
/// # use lifecycle::prelude::*;
/// #[resource]
/// #[derive(Default)]
/// struct Reports;
///
/// #[resource]
/// impl Reports {
///     /// At half past three, from Monday to Friday.
///     #[cron("0 30 3 * * MON-FRI", tz = "Europe/Berlin")]
///     async fn write(&self) -> std::io::Result<()> {
///         std::fs::write("report.txt", "all is well")
///     }
/// }
/// # let _ = lifecycle::plan![Reports];
/// ```
///
/// | key | value | default |
/// |---|---|---|
/// | | six fields: seconds, minutes, hours, days of the month, months, days of the week. Required | |
/// | `tz` | a name of the IANA database | `"UTC"` |
///
/// Both are checked by the compiler. `lifecycle::schedule::Cron` says what may stand in a field, and what happens when clocks
/// are changed; all else is as with [`every`](macro@crate::every).
#[doc(inline)]
pub use lifecycle_macros::cron;

/// Marks a field that holds the handle of a dependency, in a component without `#[start]`: an `Arc<T>`, an
/// `Option<Arc<T>>` or a [`Late<T>`](crate::Late), and of a worker pool also a [`Queue<T>`](crate::Queue) or an
/// `Option<Queue<T>>`. See [`resource`](macro@crate::resource).
#[doc(inline)]
pub use lifecycle_macros::inject;

/// Marks what the workers of a [`worker_pool`](macro@crate::worker_pool) do with one job.
///
/// It takes `&self`, then the job, then whatever a hook may take. It returns nothing or a `Result` with any error: its
/// value and its error go to whoever waits for the job.
///
/// | the job | what it means |
/// |---|---|
/// | `job: &Job`, `job: &mut Job` | it stays with the pool: if it fails, `#[job_failed]` gets it, and if it is cut off, `#[unfinished]` |
/// | `job: Job` | the work has it: if it fails or is cut off, it is only counted |
///
/// A panic is caught and counts as a failure of the job. A method that is not async holds up its thread: it is for work that
/// ends at once.
#[doc(inline)]
pub use lifecycle_macros::work;

/// Marks what is told of each job of a [`worker_pool`](macro@crate::worker_pool) that failed or panicked, before whoever
/// waits for the job is.
///
/// It takes `&self`, and in any order what it wants to know: the error as `&JobError<E>` or `&mut JobError<E>`, the job as
/// `Option<&Job>` or `Option<&mut Job>`, because the work may have taken it, and whatever a hook may take. The worker waits
/// for it. An error or a panic in it is logged together with the job's error, and changes nothing.
///
/// Without it, the log has a line about a failed job for which nobody waits: the first, and then at most one in ten seconds.
/// A job that panicked has one in any case.
#[doc(inline)]
pub use lifecycle_macros::job_failed;

/// Marks what gets the jobs of a [`worker_pool`](macro@crate::worker_pool) that were not done when it had to end.
///
/// It takes `&self`, then [`Unfinished<Job>`](crate::pool::Unfinished), then whatever a hook may take. It is one of the
/// component's cleanups, and is not called if all jobs were done.
#[doc(inline)]
pub use lifecycle_macros::unfinished;
