//! The table of what a component does, and the checks between a struct and its annotated impl block.

use std::fmt;
use std::marker::PhantomData;

use super::custom::Custom;
use super::outcome::{BoxError, BoxFuture, Instance};
use crate::context::Context;
use crate::plan::{Declaration, Health, Kind, Node, Stage};

/// Gives the value for later hooks.
type Make = fn(Context) -> BoxFuture<Result<Instance, BoxError>>;
/// Works on the started component.
type Work = fn(Instance, Context) -> BoxFuture<Result<(), BoxError>>;

/// What a component does, as functions; [`started`](super::started) and [`finished`](super::finished) box them.
#[derive(Clone, Copy, Default)]
pub struct Hooks {
    kind: Option<Kind>,
    load: Option<Make>,
    start: Option<Make>,
    run: Option<Work>,
    drain: Option<Work>,
    stop: Option<Work>,
    health: Option<(Work, Health)>,
}

impl Hooks {
    /// No hooks.
    #[must_use = "hooks do nothing until a declaration holds them"]
    pub const fn new() -> Self {
        Self {
            kind: None,
            load: None,
            start: None,
            run: None,
            drain: None,
            stop: None,
            health: None,
        }
    }

    /// Stands in for the hooks of an impl block that has errors: it claims to make the component and to work.
    #[doc(hidden)]
    #[must_use = "hooks do nothing until a declaration holds them"]
    pub const fn stub() -> Self {
        Self::new()
            .start(|_| unreachable!("a program with errors does not run"))
            .run(|_, _| unreachable!("a program with errors does not run"))
    }

    /// Remembers which attribute stands on the impl block.
    #[doc(hidden)]
    #[must_use = "returns the changed hooks"]
    pub const fn kind(mut self, kind: Kind) -> Self {
        self.kind = Some(kind);
        self
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

    /// Makes the component if no start hook does.
    #[doc(hidden)]
    #[must_use = "returns the changed hooks"]
    pub const fn or_start(mut self, hook: Make) -> Self {
        if self.start.is_none() {
            self.start = Some(hook);
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

    /// Answers whether the component is well.
    #[must_use = "returns the changed hooks"]
    pub const fn health(mut self, hook: Work, how: Health) -> Self {
        self.health = Some((hook, how));
        self
    }

    /// Whether a start hook makes the component, rather than its fields.
    #[doc(hidden)]
    pub const fn has_start(&self) -> bool {
        self.start.is_some()
    }
}

impl fmt::Debug for Hooks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list()
            .entries(Stage::HOOKS.iter().filter(|stage| self.has(**stage)))
            .finish()
    }
}

/// The table that an annotated impl block makes; a second block for one type is a second implementation of this.
#[doc(hidden)]
pub trait AnnotatedImplBlock {
    /// What the block holds.
    const HOOKS: Hooks;
}

/// Asks, in const evaluation, for the annotated impl block of `T`.
#[doc(hidden)]
#[derive(Debug)]
pub struct Annotated<T>(PhantomData<T>);

impl<T: AnnotatedImplBlock> Annotated<T> {
    /// The hooks of the block.
    pub const HOOKS: Hooks = T::HOOKS;
}

/// The answer for a type without one: the inherent constant of [`Annotated`] wins where it applies.
#[doc(hidden)]
pub trait NoAnnotatedImpl {
    /// No hooks.
    const HOOKS: Hooks = Hooks::new();
}

impl<T> NoAnnotatedImpl for Annotated<T> {}

impl Hooks {
    fn has(&self, stage: Stage) -> bool {
        match stage {
            Stage::Load => self.load.is_some(),
            Stage::Start => self.start.is_some(),
            Stage::Run => self.run.is_some(),
            Stage::Health => self.health.is_some(),
            Stage::Drain => self.drain.is_some(),
            Stage::Stop => self.stop.is_some(),
            Stage::Task | Stage::Cleanup => false,
        }
    }
}

impl Declaration {
    /// Attaches what the component does.
    #[must_use = "returns the changed declaration"]
    pub const fn hooks(mut self, hooks: &'static Hooks) -> Self {
        self.code = Some(hooks);
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

    pub(crate) fn health(self) -> Option<Health> {
        match self {
            Self::None => None,
            Self::Hooks(hooks) => hooks.health.map(|(_, how)| how),
            Self::Custom(custom) => custom.health_policy(),
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
            (Self::Hooks(hooks), Stage::Health) => hooks.health.map(|(hook, _)| hook),
            (Self::Hooks(_) | Self::None, _) => None,
        };
        match hook {
            Some(hook) => hook(instance, cx),
            None => Box::pin(std::future::ready(Ok(()))),
        }
    }
}

/// Panics, in const evaluation, when an impl block is annotated with another kind than its struct.
#[doc(hidden)]
#[track_caller]
pub const fn check_kind(declaration: &Declaration, kind: Kind) {
    match (declaration.kind, kind) {
        (Kind::Resource, Kind::Service) => {
            panic!(
                "this impl block says `service`, but its struct says `resource`; write `#[resource]` above it"
            )
        }
        (Kind::Service, Kind::Resource) => {
            panic!(
                "this impl block says `resource`, but its struct says `service`; write `#[service]` above it"
            )
        }
        (_, _) => {}
    }
}

/// Panics, in const evaluation, when a service has nothing to do.
#[doc(hidden)]
#[track_caller]
pub const fn check_work(declaration: &Declaration, hooks: &Hooks) {
    // A block of the wrong kind has its own message.
    let own = matches!(hooks.kind, None | Some(Kind::Service));
    if matches!(declaration.kind, Kind::Service) && own && hooks.run.is_none() {
        panic!(
            "a service needs work; add `#[run] async fn run(&self, shutdown: Shutdown)` to its `#[service] impl` block, or make it a `#[resource]`"
        )
    }
}
