//! Components made at run time, from closures.

use std::borrow::Cow;
use std::fmt;
use std::future::Future;
use std::sync::Arc;

use super::Component;
use super::outcome::{BoxError, BoxFuture, Instance, Outcome};
use crate::context::Context;
use crate::event::{Handlers, Handling};
use crate::health::Health;
use crate::plan::{
    CheckPolicy, Declaration, Dependencies, Dependency, Kind, PlanBuilder, PlanNode, Stage,
};

type Make = Arc<dyn Fn(Context) -> BoxFuture<Result<Instance, BoxError>> + Send + Sync>;
type Work = Arc<dyn Fn(Instance, Context) -> BoxFuture<Result<(), BoxError>> + Send + Sync>;
type Check = Arc<dyn Fn(Context) -> BoxFuture<Result<Health, BoxError>> + Send + Sync>;

/// A component that is made at run time, where a type for each would be too much.
///
/// A [`PlanBuilder`] takes it for an app that is yet to start, [`AppHandle::add`](crate::AppHandle::add) for one that runs.
///
/// ```
/// use lifecycle::component::Custom;
/// use lifecycle::plan::Plan;
///
/// let mut plan = Plan::builder();
/// plan.custom(Custom::resource("cache"));
/// for region in ["eu", "us"] {
///     plan.custom(
///         Custom::service(format!("feed-{region}"))
///             .depends_on("cache")
///             .declare(|declaration| declaration.retry(3))
///             .start(|_cx| async { Ok::<_, std::io::Error>(42_u32) })
///             .run(|cx| async move { cx.shutdown_requested().await; }),
///     );
/// }
/// # plan.build().unwrap();
/// ```
#[derive(Clone)]
#[must_use = "a component does nothing until a plan holds it"]
pub struct Custom {
    name: String,
    declaration: Declaration,
    dependencies: Vec<Dependency>,
    required: bool,
    load: Option<Make>,
    start: Option<Make>,
    run: Option<Work>,
    drain: Option<Work>,
    stop: Option<Work>,
    health: Option<(Check, CheckPolicy)>,
    handlers: Handlers,
}

/// A service that is one function: its name, what it depends on, and its run loop.
///
/// Short for [`Custom::service`] with [`depends_on`](Custom::depends_on) and [`run`](Custom::run); all else can be said of
/// what it returns. The function is called again when the service is restarted.
///
/// # Examples
///
/// ```
/// use lifecycle::component::{on, service_fn};
/// use lifecycle::plan::Restart;
/// use lifecycle::prelude::*;
/// # #[resource] #[derive(Default)] struct Database;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let running = App::builder(lifecycle::plan![Database]).start();
/// let feed = service_fn("feed", on::<Database>(), |cx| async move {
///     let _database = cx.try_get::<Database>().expect("a dependency is up");
///     cx.shutdown_requested().await;
/// });
/// let feed = feed.declare(|policies| policies.restart(Restart::OnFailure));
/// let feed = running.app().add(feed).await.unwrap();
/// assert_eq!(feed.name(), "feed");
/// # }
/// ```
pub fn service_fn<F, O>(
    name: impl Into<String>,
    dependencies: impl Dependencies,
    run: impl Fn(Context) -> F + Send + Sync + 'static,
) -> Custom
where
    F: Future<Output = O> + Send + 'static,
    O: Outcome<()>,
{
    Custom::service(name).depends_on(dependencies).run(run)
}

/// The dependency on the component `C`, for a component that is made at run time.
pub fn on<C: Component>() -> Dependency {
    Dependency::declared(C::DECLARATION.id, C::DECLARATION.name)
}

impl Custom {
    /// A resource without hooks, which is up at once.
    pub fn resource(name: impl Into<String>) -> Self {
        Self::new(name.into(), Kind::Resource)
    }

    /// A service; it has nothing to do until it has a run loop.
    pub fn service(name: impl Into<String>) -> Self {
        Self::new(name.into(), Kind::Service)
    }

    pub(crate) fn new(name: String, kind: Kind) -> Self {
        let declaration = Declaration::new(kind, "", "", 0, 0);
        Self {
            name,
            declaration,
            dependencies: Vec::new(),
            required: false,
            load: None,
            start: None,
            run: None,
            drain: None,
            stop: None,
            health: None,
            handlers: Handlers::default(),
        }
    }

    /// Adds dependencies, by [type](on) or by name: what must be up first, and without which this one goes down.
    ///
    /// They are looked for when the plan is built, or when the component is added: among those that come with it, and those
    /// that are there.
    pub fn depends_on(mut self, dependencies: impl Dependencies) -> Self {
        self.dependencies.extend(dependencies.list());
        self
    }

    /// Has the app stop if this component fails for good, although it is added while the app runs; without this, the app
    /// goes on, as it did before. In a plan this changes nothing: there, what is not `optional` is required.
    pub fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// Changes the policies.
    pub fn declare(mut self, change: impl FnOnce(Declaration) -> Declaration) -> Self {
        self.declaration = change(self.declaration);
        self
    }

    /// Sets the load hook, which runs before anything starts.
    pub fn load<F, O>(mut self, hook: impl Fn(Context) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = O> + Send + 'static,
        O: Outcome<()>,
    {
        self.load = Some(make::<(), _, _>(hook));
        self
    }

    /// Sets the start hook; what it returns is the component's value.
    pub fn start<T, F, E>(mut self, hook: impl Fn(Context) -> F + Send + Sync + 'static) -> Self
    where
        T: Send + Sync + 'static,
        E: Into<BoxError>,
        F: Future<Output = Result<T, E>> + Send + 'static,
    {
        self.start = Some(make::<T, _, _>(hook));
        self
    }

    /// Sets the run loop.
    pub fn run<F, O>(mut self, hook: impl Fn(Context) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = O> + Send + 'static,
        O: Outcome<()>,
    {
        self.run = Some(work(hook));
        self
    }

    /// Sets what runs beside the run loop once the component is told to stop.
    pub fn drain<F, O>(mut self, hook: impl Fn(Context) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = O> + Send + 'static,
        O: Outcome<()>,
    {
        self.drain = Some(work(hook));
        self
    }

    /// Sets what runs once all work has ended.
    pub fn stop<F, O>(mut self, hook: impl Fn(Context) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = O> + Send + 'static,
        O: Outcome<()>,
    {
        self.stop = Some(work(hook));
        self
    }

    /// Sets the health check. It returns nothing, a [`Health`], or a `Result` of either; an error and a panic mean unhealthy.
    pub fn health<F, O>(
        mut self,
        how: CheckPolicy,
        hook: impl Fn(Context) -> F + Send + Sync + 'static,
    ) -> Self
    where
        F: Future<Output = O> + Send + 'static,
        O: Outcome<Health>,
    {
        let hook = Arc::new(hook);
        let check: Check = Arc::new(move |cx| {
            let hook = Arc::clone(&hook);
            // The closure is called inside the future, where a panic in it is caught.
            Box::pin(async move { hook(cx).await.outcome() })
        });
        self.health = Some((check, how));
        self
    }

    pub(super) fn is_required(&self) -> bool {
        self.required
    }

    /// Adds a handler for events of the type `E`; see [`event`](crate::event).
    ///
    /// # Panics
    ///
    /// If the capacity or the concurrency of the handler is zero.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::sync::Arc;
    /// use lifecycle::component::Custom;
    /// use lifecycle::event::Handling;
    ///
    /// struct Ring;
    ///
    /// let bell = Custom::resource("bell")
    ///     .on("ring", Handling::DEFAULT, |_cx, _ring: Arc<Ring>| async { println!("ding") });
    /// # let _ = bell;
    /// ```
    #[track_caller]
    pub fn on<E, F, O>(
        mut self,
        name: impl Into<Cow<'static, str>>,
        how: Handling,
        handler: impl Fn(Context, Arc<E>) -> F + Send + Sync + 'static,
    ) -> Self
    where
        E: Send + Sync + 'static,
        F: Future<Output = O> + Send + 'static,
        O: Outcome<()>,
    {
        self.handlers.on(name, how, move |_, cx, event| {
            let handled = handler(cx.clone(), event);
            Box::pin(async { handled.await.outcome() })
        });
        self
    }

    pub(super) fn handlers(&self) -> Handlers {
        self.handlers.clone()
    }

    pub(super) fn health_policy(&self) -> Option<CheckPolicy> {
        self.health.as_ref().map(|(_, how)| *how)
    }

    pub(super) fn has(&self, stage: Stage) -> bool {
        match stage {
            Stage::Load => self.load.is_some(),
            Stage::Start => self.start.is_some(),
            Stage::Health => self.health.is_some(),
            _ => self.worker(stage).is_some(),
        }
    }

    pub(super) fn make(&self, stage: Stage, cx: Context) -> BoxFuture<Result<Instance, BoxError>> {
        let hook = if stage == Stage::Load {
            &self.load
        } else {
            &self.start
        };
        match hook {
            Some(hook) => hook(cx),
            None => Box::pin(std::future::ready(Ok(Instance::new(())))),
        }
    }

    pub(super) fn work(
        &self,
        stage: Stage,
        instance: Instance,
        cx: Context,
    ) -> BoxFuture<Result<(), BoxError>> {
        match self.worker(stage) {
            Some(hook) => hook(instance, cx),
            None => Box::pin(std::future::ready(Ok(()))),
        }
    }

    pub(super) fn check(&self, cx: Context) -> BoxFuture<Result<Health, BoxError>> {
        match &self.health {
            Some((check, _)) => check(cx),
            None => Box::pin(std::future::ready(Ok(Health::healthy()))),
        }
    }

    fn worker(&self, stage: Stage) -> Option<&Work> {
        match stage {
            Stage::Run => self.run.as_ref(),
            Stage::Drain => self.drain.as_ref(),
            Stage::Stop => self.stop.as_ref(),
            Stage::Load | Stage::Start | Stage::Health | Stage::Task | Stage::Cleanup => None,
        }
    }
}

fn make<T, F, O>(hook: impl Fn(Context) -> F + Send + Sync + 'static) -> Make
where
    T: Send + Sync + 'static,
    O: Outcome<T>,
    F: Future<Output = O> + Send + 'static,
{
    // The closure is called inside the future, where a panic in it is caught.
    let hook = Arc::new(hook);
    Arc::new(move |cx| {
        let hook = Arc::clone(&hook);
        Box::pin(async move { hook(cx).await.outcome().map(Instance::new) })
    })
}

fn work<F, O>(hook: impl Fn(Context) -> F + Send + Sync + 'static) -> Work
where
    O: Outcome<()>,
    F: Future<Output = O> + Send + 'static,
{
    let hook = Arc::new(hook);
    Arc::new(move |_, cx| {
        let hook = Arc::clone(&hook);
        Box::pin(async move { hook(cx).await.outcome() })
    })
}

impl fmt::Debug for Custom {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Custom")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

impl PlanBuilder {
    /// Adds a component that is made at run time.
    pub fn custom(&mut self, custom: Custom) -> PlanNode {
        let (name, dependencies) = (custom.name.clone(), custom.dependencies.clone());
        self.add_made(custom.declaration, name, Arc::new(custom), dependencies)
    }
}
