//! The table of what a component does, and the checks between a struct and its annotated impl block.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use super::Component;
use super::custom::Custom;
use super::fields::require_fields;
use super::outcome::{BoxError, BoxFuture, Instance, Made, Work as Working, made, on};
use crate::context::Context;
use crate::event::Handlers;
use crate::health::Health;
use crate::plan::{CheckPolicy, Declaration, Kind, Node, Stage};

/// Gives the value for later hooks.
type Make = fn(Context) -> Made;
/// Works on the started component.
type Work = fn(Instance, Context) -> BoxFuture<Result<(), BoxError>>;
/// Says how well the started component is.
type Check = fn(Instance, Context) -> BoxFuture<Result<Health, BoxError>>;

/// What a component does, as functions; [`started`](super::started) and [`finished`](super::finished) box them.
#[derive(Clone, Copy, Default)]
pub struct Hooks {
    load: Option<Make>,
    start: Option<Make>,
    run: Option<Work>,
    drain: Option<Work>,
    stop: Option<Work>,
    health: Option<(Check, CheckPolicy)>,
    /// Begins what goes on beside the run loop while the component is up.
    begin: Option<fn(Instance, &Context)>,
    /// Says what it handles.
    handlers: Option<fn(&mut Handlers)>,
    /// Whether `start` is none of the user's, and makes the component of its fields.
    of_fields: bool,
}

impl Hooks {
    /// No hooks.
    #[must_use = "hooks do nothing until a declaration holds them"]
    pub const fn new() -> Self {
        Self {
            load: None,
            start: None,
            run: None,
            drain: None,
            stop: None,
            health: None,
            begin: None,
            handlers: None,
            of_fields: false,
        }
    }

    /// Reads and checks before anything starts; [`Loaded`](crate::Loaded) brings what it returns to the start hook.
    #[must_use = "returns the changed hooks"]
    pub const fn load(mut self, hook: Make) -> Self {
        self.load = Some(hook);
        self
    }

    /// Makes the component.
    #[must_use = "returns the changed hooks"]
    pub const fn start(mut self, hook: Make) -> Self {
        self.start = Some(hook);
        self
    }

    /// Makes the component of its fields if no start hook does.
    const fn or_fields<C: Component>(mut self) -> Self {
        if self.start.is_none() {
            self.start = Some(|cx| made(C::from_fields(&cx)));
            self.of_fields = true;
        }
        self
    }

    /// Does the component's work until it is done or told to stop.
    #[must_use = "returns the changed hooks"]
    pub const fn run(mut self, hook: Work) -> Self {
        self.run = Some(hook);
        self
    }

    /// Runs beside the run loop once the component is told to stop.
    #[must_use = "returns the changed hooks"]
    pub const fn drain(mut self, hook: Work) -> Self {
        self.drain = Some(hook);
        self
    }

    /// Runs once all work has ended.
    #[must_use = "returns the changed hooks"]
    pub const fn stop(mut self, hook: Work) -> Self {
        self.stop = Some(hook);
        self
    }

    /// Says how well the component is; [`checked`](super::checked) boxes it.
    #[must_use = "returns the changed hooks"]
    pub const fn health(mut self, hook: Check, how: CheckPolicy) -> Self {
        self.health = Some((hook, how));
        self
    }
}

impl Hooks {
    /// Says which events the component handles; it is called when an app is made.
    #[must_use = "returns the changed hooks"]
    pub const fn handlers(mut self, declare: fn(&mut Handlers)) -> Self {
        self.handlers = Some(declare);
        self
    }
}

impl fmt::Debug for Hooks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list()
            .entries(Stage::HOOKS.iter().filter(|stage| self.has(**stage)))
            .finish()
    }
}

/// What an annotated impl block brings; a second block for one type is a second implementation of this.
///
/// The hooks are methods, and the table of them is made [here](Annotated): a closure for each would cost every user more
/// compile time.
#[doc(hidden)]
pub trait AnnotatedImplBlock: Sized {
    /// Which of the methods are hooks: a bit for each, in their order. The others are never called.
    const HOOKS: u8;
    /// How the health check runs.
    const HEALTH: CheckPolicy = CheckPolicy::DEFAULT;
    /// Says which events the component handles.
    const HANDLERS: Option<fn(&mut Handlers)> = None;

    /// Calls the hook.
    fn load(_cx: &Context) -> Made {
        no_hook()
    }

    /// Calls the hook.
    fn start(_cx: &Context) -> Made {
        no_hook()
    }

    /// Calls the hook.
    fn run(&self, _cx: &Context) -> Working<'_> {
        no_hook()
    }

    /// Calls the hook.
    fn drain(&self, _cx: &Context) -> Working<'_> {
        no_hook()
    }

    /// Calls the hook.
    fn stop(&self, _cx: &Context) -> Working<'_> {
        no_hook()
    }

    /// Calls the hook.
    fn health(&self, _cx: &Context) -> Working<'_, Health> {
        no_hook()
    }

    /// Begins what goes on beside the run loop.
    fn begin(_this: &Arc<Self>, _cx: &Context) {
        no_hook()
    }
}

fn no_hook<T>() -> T {
    unreachable!("this method is no hook, or the program has errors")
}

/// Says which hooks the annotated impl block of `C` brings; its argument type asks whether the struct half is there.
#[doc(hidden)]
pub const fn hooks_of<C>(hooks: u8) -> u8 {
    hooks
}

/// Asks, in const evaluation, for the annotated impl block of `T`.
#[doc(hidden)]
#[derive(Debug)]
pub struct Annotated<T>(PhantomData<T>);

impl<T: AnnotatedImplBlock + Component> Annotated<T> {
    /// The hooks of the block.
    pub const HOOKS: &'static Hooks = &{
        let mut hooks = Hooks::new();
        if T::HOOKS & 1 != 0 {
            hooks.load = Some(|cx| T::load(&cx));
        }
        if T::HOOKS & 1 << 1 != 0 {
            hooks.start = Some(|cx| T::start(&cx));
        }
        if T::HOOKS & 1 << 2 != 0 {
            hooks.run = Some(|this, cx| on(this, cx, |this, cx| T::run(this.get(), cx)));
        }
        if T::HOOKS & 1 << 3 != 0 {
            hooks.drain = Some(|this, cx| on(this, cx, |this, cx| T::drain(this.get(), cx)));
        }
        if T::HOOKS & 1 << 4 != 0 {
            hooks.stop = Some(|this, cx| on(this, cx, |this, cx| T::stop(this.get(), cx)));
        }
        if T::HOOKS & 1 << 5 != 0 {
            hooks.health = Some((
                |this, cx| on(this, cx, |this, cx| T::health(this.get(), cx)),
                T::HEALTH,
            ));
        }
        if T::HOOKS & 1 << 6 != 0 {
            hooks.begin = Some(|this, cx| T::begin(&this.of(), cx));
        }
        hooks.handlers = T::HANDLERS;
        hooks.or_fields::<T>()
    };
}

/// The answer for a type without one: the inherent constant of [`Annotated`] wins where it applies.
#[doc(hidden)]
pub trait NoAnnotatedImpl {
    /// No hooks but its fields.
    const HOOKS: &'static Hooks;
}

impl<T: Component> NoAnnotatedImpl for Annotated<T> {
    const HOOKS: &'static Hooks = &Hooks::new().or_fields::<T>();
}

/// A resource as the attribute declares it, in one call: each costs every user.
#[doc(hidden)]
pub const fn declare_resource(
    name: &'static str,
    module: &'static str,
    line: u32,
    column: u32,
    hooks: &'static Hooks,
) -> Declaration {
    Declaration::resource(name, module, line, column).hooks(hooks)
}

/// The same for a service.
#[doc(hidden)]
pub const fn declare_service(
    name: &'static str,
    module: &'static str,
    line: u32,
    column: u32,
    hooks: &'static Hooks,
) -> Declaration {
    Declaration::service(name, module, line, column).hooks(hooks)
}

/// The same for a worker pool.
#[doc(hidden)]
pub const fn declare_worker_pool(
    name: &'static str,
    module: &'static str,
    line: u32,
    column: u32,
    hooks: &'static Hooks,
) -> Declaration {
    Declaration::worker_pool(name, module, line, column).hooks(hooks)
}

impl Hooks {
    fn has(&self, stage: Stage) -> bool {
        match stage {
            Stage::Load => self.load.is_some(),
            Stage::Start => self.start.is_some(),
            Stage::Run => self.run.is_some(),
            Stage::Health => self.health.is_some(),
            Stage::Drain => self.drain.is_some(),
            Stage::Stop => self.stop.is_some(),
            Stage::Task => self.begin.is_some(),
            Stage::Cleanup => false,
        }
    }
}

impl Declaration {
    /// Attaches what the component does.
    #[must_use = "returns the changed declaration"]
    pub const fn hooks(mut self, hooks: &'static Hooks) -> Self {
        self.code = Some(hooks);
        self.has_start = hooks.start.is_some() && !hooks.of_fields;
        self.has_run = match self.kind {
            Kind::WorkerPool => hooks.begin.is_some(),
            _ => hooks.run.is_some(),
        };
        self
    }
}

/// A component's hooks as the driver calls them.
#[derive(Clone, Copy)]
pub(crate) enum Code<'a> {
    None,
    Hooks(&'a Hooks),
    Custom(&'a Custom),
}

impl<'a> Code<'a> {
    pub(crate) fn of(node: &'a Node) -> Self {
        let Some(code) = node.code() else {
            return Self::None;
        };
        match (code.downcast_ref(), code.downcast_ref()) {
            (Some(hooks), _) => Self::Hooks(hooks),
            (_, Some(custom)) => Self::Custom(custom),
            (None, None) => Self::None,
        }
    }

    pub(crate) fn has(self, stage: Stage) -> bool {
        match self {
            Self::None => false,
            Self::Hooks(hooks) => hooks.has(stage),
            Self::Custom(custom) => custom.has(stage),
        }
    }

    /// Whether the app cannot do without it, if it is added at run time.
    pub(crate) fn is_required(self) -> bool {
        matches!(self, Self::Custom(custom) if custom.is_required())
    }

    pub(crate) fn health(self) -> Option<CheckPolicy> {
        match self {
            Self::None => None,
            Self::Hooks(hooks) => hooks.health.map(|(_, how)| how),
            Self::Custom(custom) => custom.health_policy(),
        }
    }

    /// What begins the work beside the run loop, if there is any.
    pub(crate) fn begin(self) -> Option<fn(Instance, &Context)> {
        match self {
            Self::Hooks(hooks) => hooks.begin,
            Self::None | Self::Custom(_) => None,
        }
    }

    /// The events that it handles.
    pub(crate) fn handlers(self) -> Handlers {
        match self {
            Self::Hooks(hooks) => {
                let mut handlers = Handlers::default();
                if let Some(declare) = hooks.handlers {
                    declare(&mut handlers);
                }
                handlers
            }
            Self::Custom(custom) => custom.handlers(),
            Self::None => Handlers::default(),
        }
    }

    /// Calls the load or the start hook; a component without a start hook is the unit value.
    pub(crate) fn make(self, stage: Stage, cx: Context) -> BoxFuture<Result<Instance, BoxError>> {
        let hook = match (self, stage) {
            (Self::Custom(custom), _) => return custom.make(stage, cx),
            (Self::Hooks(hooks), Stage::Load) => hooks.load,
            (Self::Hooks(hooks), _) => hooks.start,
            (Self::None, _) => None,
        };
        match hook {
            Some(hook) => hook(cx),
            None => Box::pin(std::future::ready(Ok(Instance::new(())))),
        }
    }

    /// Calls a hook that works on the started component.
    pub(crate) fn work(
        self,
        stage: Stage,
        instance: Instance,
        cx: Context,
    ) -> BoxFuture<Result<(), BoxError>> {
        let hook = match (self, stage) {
            (Self::Custom(custom), _) => return custom.work(stage, instance, cx),
            (Self::Hooks(hooks), Stage::Run) => hooks.run,
            (Self::Hooks(hooks), Stage::Drain) => hooks.drain,
            (Self::Hooks(hooks), Stage::Stop) => hooks.stop,
            (Self::Hooks(_) | Self::None, _) => None,
        };
        match hook {
            Some(hook) => hook(instance, cx),
            None => Box::pin(std::future::ready(Ok(()))),
        }
    }

    /// Calls the health check; without one, all is well.
    pub(crate) fn check(
        self,
        instance: Instance,
        cx: Context,
    ) -> BoxFuture<Result<Health, BoxError>> {
        let check = match self {
            Self::Custom(custom) => return custom.check(cx),
            Self::Hooks(hooks) => hooks.health,
            Self::None => None,
        };
        match check {
            Some((hook, _)) => hook(instance, cx),
            None => Box::pin(std::future::ready(Ok(Health::healthy()))),
        }
    }
}

/// Panics, in const evaluation, when the annotated impl block does not bring what the struct needs.
///
/// `fields` are those that are not injected, each with whether its type has a default.
#[doc(hidden)]
#[track_caller]
pub const fn require(component: &str, declaration: &Declaration, fields: &[(&str, bool)]) {
    if matches!(declaration.kind, Kind::Service) && !declaration.has_run {
        panic!(
            "a service needs work; add `#[run] async fn run(&self, shutdown: Shutdown)` to its `#[service] impl` block, or make it a `#[resource]`"
        )
    }
    if matches!(declaration.kind, Kind::WorkerPool) && !declaration.has_run {
        panic!(
            "a worker pool needs work; add `#[work] async fn work(&self, job: Job) -> Result<(), Error>` to its `#[worker_pool] impl` block"
        )
    }
    if !declaration.has_start {
        require_fields(component, fields);
    }
}

/// A struct that is annotated with `#[resource]`.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "the struct `{Self}` is not annotated with `#[resource]`",
    label = "this impl block is annotated with `#[resource]`",
    note = "write the same attribute above the struct and above its impl block: `#[resource]`, `#[service]` or `#[worker_pool]`"
)]
pub trait Resource {
    /// Always `Self`.
    type Itself;
}

/// A struct that is annotated with `#[service]`.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "the struct `{Self}` is not annotated with `#[service]`",
    label = "this impl block is annotated with `#[service]`",
    note = "write the same attribute above the struct and above its impl block: `#[resource]`, `#[service]` or `#[worker_pool]`"
)]
pub trait Service {
    /// Always `Self`.
    type Itself;
}
