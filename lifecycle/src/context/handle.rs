//! Handles of the app and of tasks.

use std::borrow::Cow;
use std::fmt;
use std::future::Future;
use std::panic::Location;
use std::sync::Arc;
use std::time::Duration;

use crate::component::Outcome;
use crate::driver::{Message, Registered, Shared, TaskLink};
use crate::engine::{Input, Phase};
use crate::health::Report;
use crate::observe::{StartProfile, Status};

/// The running app, for those inside and beside it. Cheap to clone.
///
/// It does not keep the app running, and outlives it: [`shutdown`](Self::shutdown) does nothing then.
///
/// # Examples
///
/// ```
/// use lifecycle::app::StopCause;
/// use lifecycle::engine::Phase;
/// use lifecycle::prelude::*;
///
/// # #[resource] #[derive(Default)] struct Cache;
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let report = App::builder(lifecycle::plan![Cache])
///     .main(|cx| async move {
///         let app = cx.app();
///         assert_eq!(app.phase(), Phase::Running);
///         app.exit_code(3);
///         app.shutdown("the work is done");
///         cx.shutdown_requested().await;
///     })
///     .run()
///     .await;
/// assert_eq!(report.cause(), Some(&StopCause::Requested("the work is done".into())));
/// assert_eq!(report.exit_code(), 3);
/// # }
/// ```
#[derive(Clone)]
pub struct AppHandle {
    pub(crate) shared: Arc<Shared>,
}

impl AppHandle {
    pub(crate) fn new(shared: Arc<Shared>) -> Self {
        Self { shared }
    }

    pub(crate) fn shared(&self) -> &Arc<Shared> {
        &self.shared
    }

    /// The name of the app.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.shared.name
    }

    /// The phase in which the app is.
    #[must_use]
    pub fn phase(&self) -> Phase {
        self.shared.phase()
    }

    /// Asks the app to stop, and says why. It returns at once; asked again, the first reason stands.
    pub fn shutdown(&self, reason: impl Into<String>) {
        self.shared.send(Message::Shutdown(reason.into()));
    }

    /// Sets the exit code for the case that the app ends well; a failure has its own.
    pub fn exit_code(&self, code: u8) {
        self.shared.send(Message::Input(Input::ExitCode(code)));
    }

    /// Registers what must be undone when the app ends: once all components are down, whichever registered it.
    ///
    /// All of them run then, side by side, within what remains of the shutdown timeout, or of the last second after a forced
    /// end. An error, a panic, or one that has to be given up stands in the report and makes the exit code that of a
    /// [component's](crate::Context::on_cleanup). One that is registered while they run runs with them; one that comes even
    /// later is told in the log, and does not run.
    ///
    /// They are no component's code: inside of one there is no [current](crate::Context::try_current) context.
    ///
    /// # Examples
    ///
    /// ```
    /// use lifecycle::prelude::*;
    ///
    /// # #[resource] #[derive(Default)] struct Cache;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let running = App::builder(lifecycle::plan![Cache]).start();
    /// let folder = std::env::temp_dir().join("shop-scratch");
    /// running.app().on_cleanup("remove scratch files", move || async move {
    ///     match std::fs::remove_dir_all(folder) {
    ///         Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error),
    ///         _ => Ok(()),
    ///     }
    /// });
    /// running.app().shutdown("enough");
    /// assert!(running.wait().await.is_success());
    /// # }
    /// ```
    #[track_caller]
    pub fn on_cleanup<H, F, O>(&self, name: impl Into<Cow<'static, str>>, cleanup: H)
    where
        H: FnOnce() -> F + Send + 'static,
        F: Future<Output = O> + Send + 'static,
        O: Outcome<()>,
    {
        self.shared.add_cleanup(Registered {
            name: name.into(),
            place: Location::caller(),
            cleanup: Box::new(|| Box::pin(async move { cleanup().await.outcome() })),
        });
    }

    /// When the start or the stop that is under way has used up its time, since the app began; `None` while neither is.
    ///
    /// A component that [extends](crate::Context::extend) its own deadline may move that of the start on.
    #[must_use]
    pub fn deadline(&self) -> Option<Duration> {
        self.shared.deadline()
    }

    /// What every component is doing, right now. Reading it changes nothing.
    #[must_use]
    pub fn status(&self) -> Status {
        self.shared.status()
    }

    /// How well every component is, right now. Reading it changes nothing and runs no check; see [`health`](mod@crate::health).
    #[must_use]
    pub fn health(&self) -> Report {
        self.shared.health()
    }

    /// Whether the app can do its work: the group `readiness` of its [health](mod@crate::health#groups) holds. It costs less than
    /// a report.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        self.shared.is_ready()
    }

    /// Whether the process had better stay: the group `liveness` of its [health](mod@crate::health#groups) holds.
    #[must_use]
    pub fn is_live(&self) -> bool {
        self.shared.is_live()
    }

    /// Whether all that the app needs has been up once: the group `startup` of its [health](mod@crate::health#groups) holds.
    #[must_use]
    pub fn has_started(&self) -> bool {
        self.shared.has_started()
    }

    /// Where the time of the start went, once it is complete.
    #[must_use]
    pub fn start_profile(&self) -> Option<StartProfile> {
        self.shared.start_profile()
    }

    /// Waits until everything that can be up is; `false` if the app stops before that.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: nothing is lost when the future is dropped.
    pub async fn started(&self) -> bool {
        let running = |phase| match phase {
            Phase::New | Phase::Loading | Phase::Starting => None,
            Phase::Running | Phase::Draining => Some(true),
            Phase::Stopping | Phase::Cleaning | Phase::Ended => Some(false),
        };
        self.shared.phase_with(running).await.unwrap_or(false)
    }

    /// Waits until the app has ended: all is down, and its own cleanups have run.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: nothing is lost when the future is dropped.
    pub async fn ended(&self) {
        let ended = |phase| (phase == Phase::Ended).then_some(());
        self.shared.phase_with(ended).await;
    }
}

impl fmt::Debug for AppHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AppHandle")
            .field("name", &self.name())
            .field("phase", &self.phase())
            .finish_non_exhaustive()
    }
}

/// A task that a component spawned with [`Context::spawn`](super::Context::spawn). Dropping the handle changes nothing:
/// the component owns the task.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use lifecycle::prelude::*;
///
/// #[service]
/// #[derive(Default)]
/// struct Feed;
///
/// #[service]
/// impl Feed {
///     #[run]
///     async fn run(&self, cx: Context) {
///         let reminder = cx.spawn("reminder", async {
///             tokio::time::sleep(Duration::from_secs(60)).await;
///             println!("nothing has come for a minute");
///         });
///         assert!(!reminder.is_finished());
///         reminder.abort();
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// # assert!(App::builder(lifecycle::plan![Feed]).run().await.is_success());
/// # }
/// ```
pub struct TaskHandle {
    task: TaskLink,
}

impl TaskHandle {
    pub(crate) fn new(task: TaskLink) -> Self {
        Self { task }
    }

    /// Drops the task's future at its next await. That is no failure.
    pub fn abort(&self) {
        self.task.abort();
    }

    /// Whether the task has ended.
    #[must_use]
    pub fn is_finished(&self) -> bool {
        self.task.is_finished()
    }
}

impl fmt::Debug for TaskHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TaskHandle")
            .field("finished", &self.is_finished())
            .finish_non_exhaustive()
    }
}
