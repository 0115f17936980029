//! What user code holds: its context, its shutdown token, handles of other components.

mod add;
mod change;
mod handle;
mod late;
mod loaded;
mod shutdown;
mod supervise;

use std::borrow::Cow;
use std::fmt;
use std::future::Future;
use std::marker::PhantomData;
use std::panic::Location;
use std::sync::Arc;
use std::time::Duration;

pub use add::{AddError, Adding};
pub use change::{ChangeError, Changing, ComponentHandle};
pub use handle::{AppHandle, TaskHandle};
pub use late::Late;
pub use loaded::Loaded;
pub use shutdown::{Reason, Requested, Shutdown};
pub use supervise::RestartPolicy;

use crate::component::{BoxError, BoxFuture, Component, DependsOn, Outcome};
use crate::driver::{Message, Scope, Shared, Work};
use crate::engine::{Input, Key};
use crate::health::Handle;
use crate::plan::Stage;

tokio::task_local! {
    static CURRENT: Context;
}

/// One life of one component, as its own code sees it.
///
/// Cheap to clone. Every hook may take one as a parameter, every task that the framework spawned finds its own with
/// [`Context::current`]. A hook that takes `Context<Self>` can also [`get`](Self::get) its dependencies, checked by
/// the compiler.
///
/// A context belongs to one life: the load hook has one, and each attempt to start another one. So has each call of the
/// run loop: what it spawns and registers ends before it is called again. Once a life is over, its context spawns nothing
/// more, and [`ready`](Self::ready) and [`extend`](Self::extend) do nothing.
///
/// # Examples
///
/// ```
/// use lifecycle::prelude::*;
///
/// #[service]
/// struct Importer;
///
/// #[service]
/// impl Importer {
///     #[start]
///     async fn start(cx: Context) -> std::io::Result<Self> {
///         cx.on_cleanup("remove the lock file", || async { std::fs::remove_file("import.lock") });
///         Ok(Self)
///     }
///
///     #[run]
///     async fn run(&self, cx: Context) {
///         cx.note("waiting for files");
///         cx.shutdown_requested().await;
///     }
/// }
/// ```
pub struct Context<C = ()> {
    scope: Arc<Scope>,
    component: PhantomData<fn() -> C>,
}

impl Context {
    pub(crate) fn new(scope: Arc<Scope>) -> Self {
        Self {
            scope,
            component: PhantomData,
        }
    }

    /// The context of the component to which the current task belongs.
    ///
    /// # Panics
    ///
    /// Outside of the tasks that the framework spawned. [`try_current`](Self::try_current) does not.
    #[track_caller]
    #[must_use]
    pub fn current() -> Self {
        Self::try_current().expect("not inside a task of a lifecycle component")
    }

    /// The context of the component to which the current task belongs, if it belongs to one.
    #[must_use]
    pub fn try_current() -> Option<Self> {
        CURRENT.try_with(Clone::clone).ok()
    }

    pub(crate) fn typed<C>(self) -> Context<C> {
        Context {
            scope: self.scope,
            component: PhantomData,
        }
    }

    /// Calls `f`, for which this is the current context.
    pub(crate) fn around<T>(self, f: impl FnOnce() -> T) -> T {
        CURRENT.sync_scope(self, f)
    }
}

impl<C: Component> Context<C> {
    /// The dependency `D`, which the component must declare in `depends_on`.
    ///
    /// # Panics
    ///
    /// If the life of this context is over, so that the dependency may be gone.
    #[track_caller]
    #[must_use]
    pub fn get<D: Component>(&self) -> Arc<D>
    where
        C: DependsOn<D>,
    {
        self.expect_dependency()
    }
}

impl<C> Context<C> {
    /// The name of the component.
    #[must_use]
    pub fn name(&self) -> &str {
        self.scope.name()
    }

    /// The component `D`, if it is part of the app and there at this moment.
    #[must_use]
    pub fn try_get<D: Component>(&self) -> Option<Arc<D>> {
        self.scope
            .shared
            .instance(D::DECLARATION.id)
            .map(|instance| instance.of())
    }

    #[track_caller]
    pub(crate) fn expect_dependency<D: Component>(&self) -> Arc<D> {
        self.scope.dependency(D::DECLARATION).of()
    }

    pub(crate) fn late<D: Component>(&self) -> Late<D> {
        Late::new(&self.scope.shared, D::DECLARATION.id)
    }

    pub(crate) fn loaded<T: Send + Sync + 'static>(&self) -> Loaded<T> {
        let value = self
            .scope
            .shared
            .loaded(self.scope.key)
            .expect("the load hook ran before the start hook");
        Loaded::new(value.of())
    }

    /// The token that fires when this component is told to stop; in the run loop and its tasks, also when its work is to
    /// begin anew, for [`Reason::Restart`].
    pub fn shutdown(&self) -> Shutdown {
        self.scope.shutdown()
    }

    /// Waits until this component is told to stop, and says why.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: nothing is lost when the future is dropped.
    pub async fn shutdown_requested(&self) -> Reason {
        self.scope.shutdown().requested().await
    }

    /// Whether this component has been told to stop.
    #[must_use]
    pub fn is_shutdown_requested(&self) -> bool {
        self.scope.shutdown().is_requested()
    }

    /// Runs a future as a task of this component.
    ///
    /// The task is tracked: before the component's stop hook is called, the framework waits for it, and aborts it if it
    /// overstays. An error or a panic in it fails the component as one in its run loop would. The name is for people:
    /// it stands in reports when the task overstays.
    ///
    /// Once the component's tasks have been aborted, the future is dropped without being run. In a load hook it is of no
    /// use: the task is aborted when the hook ends.
    #[track_caller]
    pub fn spawn<F, O>(&self, name: impl Into<Cow<'static, str>>, future: F) -> TaskHandle
    where
        F: Future<Output = O> + Send + 'static,
        O: Outcome<()>,
    {
        self.spawn_from(Location::caller(), name, future)
    }

    /// The same for what somebody asked for elsewhere.
    pub(crate) fn spawn_from<F, O>(
        &self,
        place: &'static Location<'static>,
        name: impl Into<Cow<'static, str>>,
        future: F,
    ) -> TaskHandle
    where
        F: Future<Output = O> + Send + 'static,
        O: Outcome<()>,
    {
        let work = Work::Calling(Box::pin(async move { future.await.outcome() }));
        let task = self.scope.launch(Stage::Task, name.into(), place, work);
        TaskHandle::new(task)
    }

    /// Registers what must be undone when this life of the component ends, also when its start fails after this; in the run
    /// loop, when this run of it ends, so that the next one begins on what the start left.
    ///
    /// Cleanups run after the stop hook, the one registered last first, within the component's stop timeout. An error
    /// or a panic in one is kept for the report, and the others run all the same.
    pub fn on_cleanup<H, F, O>(&self, name: impl Into<Cow<'static, str>>, cleanup: H)
    where
        H: FnOnce() -> F + Send + 'static,
        F: Future<Output = O> + Send + 'static,
        O: Outcome<()>,
    {
        self.add_cleanup(name.into(), cleanup, None);
    }

    /// The same, with what is to happen where it can never run.
    pub(crate) fn add_cleanup<H, F, O>(
        &self,
        name: Cow<'static, str>,
        cleanup: H,
        otherwise: Option<Box<dyn FnOnce() + Send>>,
    ) where
        H: FnOnce() -> F + Send + 'static,
        F: Future<Output = O> + Send + 'static,
        O: Outcome<()>,
    {
        let cleanup =
            Box::new(|| -> BoxFuture<_> { Box::pin(async move { cleanup().await.outcome() }) });
        self.scope.add_cleanup(name, cleanup, otherwise);
    }

    /// Keeps an error for the report without failing the component: for `Drop` and other places that cannot return one.
    pub fn cleanup_error(&self, error: impl Into<BoxError>) {
        self.scope.send(Message::Problem(
            self.scope.key,
            Stage::Cleanup,
            error.into(),
        ));
    }

    /// Says that the component is ready, if it declares `ready = "explicit"`; else, or said twice, nothing happens.
    pub fn ready(&self) {
        self.input(Input::Ready(self.scope.key));
    }

    /// Asks for at least this much time from now on, while the component loads, starts or stops.
    ///
    /// A deadline never moves closer. Starting, the app's start budget moves too; stopping, the component's latest end
    /// within the shutdown timeout is the limit.
    pub fn extend(&self, by: Duration) {
        self.input(Input::Extend(self.scope.key, by));
    }

    /// Shows that the component is alive, which one that declares a `heartbeat` promises to do at least that often while
    /// it is up; else nothing happens. To miss it is a failure like any other.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    /// use lifecycle::component::Custom;
    /// use lifecycle::plan::{Plan, Restart};
    /// use lifecycle::prelude::*;
    ///
    /// let pump = Custom::service("pump")
    ///     .declare(|d| d.heartbeat(Duration::from_secs(10)).restart(Restart::OnFailure))
    ///     .run(|cx| async move {
    ///         let shutdown = cx.shutdown();
    ///         while shutdown.wrap(tokio::time::sleep(Duration::from_secs(1))).await.is_some() {
    ///             // .. one stroke, and the pump is known to be alive.
    ///             cx.beat();
    ///         }
    ///     });
    /// # let mut plan = Plan::builder();
    /// # plan.custom(pump);
    /// # plan.build().unwrap();
    /// ```
    pub fn beat(&self) {
        if self.scope.beats() {
            self.input(Input::Beat(self.scope.key));
        }
    }

    /// Says what the component is doing, for people: `migrating 3/10`.
    ///
    /// The last note stands in the status, in reports of what overstays, and in the log.
    pub fn note(&self, note: impl Into<String>) {
        self.scope.shared.take_note(self.scope.key, note.into());
    }

    /// Says how well the component is, apart from what its health check finds; see [`health`](mod@crate::health).
    ///
    /// # Examples
    ///
    /// ```
    /// use lifecycle::prelude::*;
    /// # fn connect() -> std::io::Result<()> { Ok(()) }
    ///
    /// async fn follow(cx: Context) {
    ///     if let Err(error) = connect() {
    ///         let _guard = cx.health().condition("replica", error);
    ///         // .. unhealthy until this block ends.
    ///     }
    /// }
    /// ```
    #[must_use]
    pub fn health(&self) -> Handle {
        Handle::new(Arc::clone(&self.scope))
    }

    /// The app.
    #[must_use]
    pub fn app(&self) -> AppHandle {
        AppHandle::new(Arc::clone(&self.scope.shared))
    }

    /// What this context is one of.
    pub(crate) fn scope(&self) -> &Arc<Scope> {
        &self.scope
    }

    /// The app and the component within it.
    pub(crate) fn place(&self) -> (Arc<Shared>, Key) {
        (Arc::clone(&self.scope.shared), self.scope.key)
    }

    /// Sends an input of this life only: the next attempt to start is a life of its own.
    fn input(&self, input: Input) {
        self.scope.send(Message::OfLife(self.scope.life, input));
    }
}

impl<C> Clone for Context<C> {
    fn clone(&self) -> Self {
        Self {
            scope: Arc::clone(&self.scope),
            component: PhantomData,
        }
    }
}

impl<C> fmt::Debug for Context<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Context")
            .field("component", &self.name())
            .finish_non_exhaustive()
    }
}
