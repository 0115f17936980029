//! What a component says about itself: its name, its kind and its policies.

use std::any::Any;
use std::fmt;
use std::time::Duration;

use super::message::hash;

/// What kind of component this is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize),
    serde(rename_all = "snake_case")
)]
#[non_exhaustive]
pub enum Kind {
    /// Something that is there once started: a connection pool, settings, a cache.
    Resource,
    /// Something that works: it has a run loop of its own.
    Service,
    /// Something that does jobs: it has a queue and workers.
    WorkerPool,
    /// The app's `main`, which depends on all roots.
    Main,
}

impl Kind {
    /// The attribute that declares this kind, without `#[` and `]`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Resource => "resource",
            Self::Service => "service",
            Self::WorkerPool => "worker_pool",
            Self::Main => "main",
        }
    }
}

/// When a component counts as up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Ready {
    /// When its start hook has returned.
    #[default]
    Started,
    /// When its run loop has called [`Context::ready`](crate::Context::ready).
    Explicit,
}

/// What follows when a service's run loop returns `Ok` before shutdown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum OnFinish {
    /// The service is finished, its dependents stay; when all services have finished, the app stops.
    #[default]
    Finish,
    /// The app shuts down.
    Shutdown,
}

/// How long to wait between attempts: `min`, doubling up to `max`, with full jitter.
///
/// The wait before attempt `n + 1` is a uniformly random time between zero and `min * 2^(n - 1)`, at most `max`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Backoff {
    /// The longest wait before the second attempt.
    pub min: Duration,
    /// The longest wait before any attempt.
    pub max: Duration,
}

impl Backoff {
    /// 100 ms doubling to 30 s.
    pub const DEFAULT: Self = Self {
        min: Duration::from_millis(100),
        max: Duration::from_secs(30),
    };

    /// The longest wait after `failed` failed attempts (1 or more).
    pub fn ceiling(self, failed: u32) -> Duration {
        let factor = 1u32
            .checked_shl(failed.saturating_sub(1))
            .unwrap_or(u32::MAX);
        self.min.saturating_mul(factor).min(self.max)
    }

    /// The wait after `failed` failed attempts; `random` gives a number from zero to its argument.
    pub(crate) fn wait(self, failed: u32, random: impl FnOnce(u64) -> u64) -> Duration {
        let most = self.ceiling(failed).as_nanos();
        Duration::from_nanos(random(most.try_into().unwrap_or(u64::MAX)))
    }
}

/// When a component that is up, and whose work ends, is restarted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Restart {
    /// Never: its failure is one for good.
    #[default]
    Never,
    /// After an error, a panic or a missed heartbeat.
    OnFailure,
    /// Also after its run loop returned `Ok`, whatever [`OnFinish`] says.
    Always,
}

/// What a restart replaces.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Scope {
    /// The run loop: the same instance stays, and so do the handles that dependents hold.
    ///
    /// A component without a run loop has nothing that could begin anew by itself: it is rebuilt with its dependents.
    #[default]
    Itself,
    /// The component and all that cannot do without it: torn down in order, and started afresh in order.
    Dependents,
}

/// What follows when a component has used up its restarts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Escalate {
    /// It has failed for good; the app shuts down if it cannot do without.
    #[default]
    Shutdown,
    /// It has failed for good and goes down with what needs it; the app goes on, and its exit code will not be 0 if the
    /// component was one that the app needs.
    Degrade,
}

/// The limits and rules that a component declares; the defaults are those of the attributes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Policy {
    /// Whether the app goes on without this component, and without what needs it, when it fails. Default: no.
    pub optional: bool,
    /// The longest time for one attempt to start. Default: 30 s.
    pub start_timeout: Duration,
    /// The longest time to stop. Default: 5 s.
    pub stop_timeout: Duration,
    /// Whether `stop_timeout` was written down, which makes it a promise that the compiler checks.
    pub stop_timeout_declared: bool,
    /// How often a failed start is tried again. Default: never.
    pub retry: u32,
    /// The waits before retries and restarts. Default: 100 ms doubling to 30 s.
    pub backoff: Backoff,
    /// When it is restarted. Default: never.
    pub restart: Restart,
    /// How often it is restarted at most, within any time as long as `within`. Default: 5.
    pub max_restarts: u32,
    /// The time over which restarts are counted, and after which without a failure the backoff starts anew.
    /// Default: 60 s.
    pub within: Duration,
    /// What a restart replaces. Default: the run loop.
    pub scope: Scope,
    /// What follows when the restarts are used up. Default: the app shuts down.
    pub escalate: Escalate,
    /// The longest time between two signs of life while it is up; missing one is a failure. Default: none is expected.
    pub heartbeat: Option<Duration>,
    /// When the component counts as up.
    pub ready: Ready,
    /// What follows when the run loop returns `Ok`.
    pub on_finish: OnFinish,
}

impl Policy {
    /// The defaults.
    pub const DEFAULT: Self = Self {
        optional: false,
        start_timeout: Duration::from_secs(30),
        stop_timeout: Duration::from_secs(5),
        stop_timeout_declared: false,
        retry: 0,
        backoff: Backoff::DEFAULT,
        restart: Restart::Never,
        max_restarts: 5,
        within: Duration::from_secs(60),
        scope: Scope::Itself,
        escalate: Escalate::Shutdown,
        heartbeat: None,
        ready: Ready::Started,
        on_finish: OnFinish::Finish,
    };
}

impl Default for Policy {
    fn default() -> Self {
        Self::DEFAULT
    }
}

/// What a component does, opaque to the plan: the `component` room put it in and takes it out.
pub(crate) type Code = dyn Any + Send + Sync;

/// Who a component is and what it declares.
///
/// The attributes write one as a constant; by hand it reads the same:
///
/// ```
/// use std::time::Duration;
/// use lifecycle::plan::Declaration;
///
/// const CACHE: Declaration = Declaration::resource("Cache", module_path!(), line!(), column!())
///     .stop_timeout(Duration::from_secs(2));
/// assert_eq!(CACHE.name, "Cache");
/// ```
#[derive(Clone, Copy)]
#[non_exhaustive]
pub struct Declaration {
    /// Identity within a plan: a hash of where and under which name the component was declared.
    pub id: u64,
    /// The name that people see.
    pub name: &'static str,
    /// The module that declares it.
    pub module: &'static str,
    /// Its kind.
    pub kind: Kind,
    /// Its limits and rules.
    pub policy: Policy,
    /// The groups of [health](mod@crate::health#groups) that it has joined: `readiness`, `liveness` or groups of one's own.
    pub groups: &'static [&'static str],
    pub(crate) code: Option<&'static Code>,
    /// Whether the user's own code makes the component, and whether it works, for checks in const evaluation.
    pub(crate) has_start: bool,
    pub(crate) has_run: bool,
}

impl Declaration {
    /// A resource declared at this place; `module`, `line` and `column` make its identity.
    #[must_use = "a declaration does nothing until a plan holds it"]
    pub const fn resource(
        name: &'static str,
        module: &'static str,
        line: u32,
        column: u32,
    ) -> Self {
        Self::new(Kind::Resource, name, module, line, column)
    }

    /// A service declared at this place; `module`, `line` and `column` make its identity.
    #[must_use = "a declaration does nothing until a plan holds it"]
    pub const fn service(name: &'static str, module: &'static str, line: u32, column: u32) -> Self {
        Self::new(Kind::Service, name, module, line, column)
    }

    /// A worker pool declared at this place; `module`, `line` and `column` make its identity.
    #[must_use = "a declaration does nothing until a plan holds it"]
    pub const fn worker_pool(
        name: &'static str,
        module: &'static str,
        line: u32,
        column: u32,
    ) -> Self {
        Self::new(Kind::WorkerPool, name, module, line, column)
    }

    pub(crate) const fn new(
        kind: Kind,
        name: &'static str,
        module: &'static str,
        line: u32,
        column: u32,
    ) -> Self {
        let id = hash(module, name, line, column);
        Self {
            id,
            name,
            module,
            kind,
            policy: Policy::DEFAULT,
            groups: &[],
            code: None,
            has_start: false,
            has_run: false,
        }
    }

    /// Changes the name that people see; the identity stays.
    #[must_use = "returns the changed declaration"]
    pub const fn name(mut self, name: &'static str) -> Self {
        self.name = name;
        self
    }

    /// Lets the app go on without this component, and without what needs it, when it fails.
    #[must_use = "returns the changed declaration"]
    pub const fn optional(mut self, optional: bool) -> Self {
        self.policy.optional = optional;
        self
    }

    /// Limits one attempt to start.
    #[must_use = "returns the changed declaration"]
    pub const fn start_timeout(mut self, limit: Duration) -> Self {
        self.policy.start_timeout = limit;
        self
    }

    /// Limits the stop, and makes that limit a promise: declared limits must fit the app's `shutdown_timeout`.
    #[must_use = "returns the changed declaration"]
    pub const fn stop_timeout(mut self, limit: Duration) -> Self {
        self.policy.stop_timeout = limit;
        self.policy.stop_timeout_declared = true;
        self
    }

    /// Tries a failed start again, up to `times` times.
    #[must_use = "returns the changed declaration"]
    pub const fn retry(mut self, times: u32) -> Self {
        self.policy.retry = times;
        self
    }

    /// Sets the waits before retries and restarts.
    #[must_use = "returns the changed declaration"]
    pub const fn backoff(mut self, min: Duration, max: Duration) -> Self {
        self.policy.backoff = Backoff { min, max };
        self
    }

    /// Restarts the component when its work ends.
    #[must_use = "returns the changed declaration"]
    pub const fn restart(mut self, restart: Restart) -> Self {
        self.policy.restart = restart;
        self
    }

    /// Limits restarts to `times` in any time as long as [`within`](Self::within).
    #[must_use = "returns the changed declaration"]
    pub const fn max_restarts(mut self, times: u32) -> Self {
        self.policy.max_restarts = times;
        self
    }

    /// Sets the time over which restarts are counted, and after which without a failure the backoff starts anew.
    #[must_use = "returns the changed declaration"]
    pub const fn within(mut self, time: Duration) -> Self {
        self.policy.within = time;
        self
    }

    /// Sets what a restart replaces.
    #[must_use = "returns the changed declaration"]
    pub const fn scope(mut self, scope: Scope) -> Self {
        self.policy.scope = scope;
        self
    }

    /// Sets what follows when the restarts are used up.
    #[must_use = "returns the changed declaration"]
    pub const fn escalate(mut self, escalate: Escalate) -> Self {
        self.policy.escalate = escalate;
        self
    }

    /// Expects a sign of life at least this often while the component is up.
    #[must_use = "returns the changed declaration"]
    pub const fn heartbeat(mut self, every: Duration) -> Self {
        self.policy.heartbeat = Some(every);
        self
    }

    /// Sets when the component counts as up.
    #[must_use = "returns the changed declaration"]
    pub const fn ready(mut self, ready: Ready) -> Self {
        self.policy.ready = ready;
        self
    }

    /// Sets what follows when the run loop returns `Ok`.
    #[must_use = "returns the changed declaration"]
    pub const fn on_finish(mut self, rule: OnFinish) -> Self {
        self.policy.on_finish = rule;
        self
    }

    /// Sets the groups of [health](mod@crate::health#groups) that the component joins.
    #[must_use = "returns the changed declaration"]
    pub const fn health_groups(mut self, groups: &'static [&'static str]) -> Self {
        self.groups = groups;
        self
    }
}

impl From<&Self> for Declaration {
    fn from(declaration: &Self) -> Self {
        *declaration
    }
}

impl fmt::Debug for Declaration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Declaration")
            .field("name", &self.name)
            .field("module", &self.module)
            .field("kind", &self.kind)
            .field("policy", &self.policy)
            .finish_non_exhaustive()
    }
}
