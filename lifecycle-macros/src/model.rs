//! What a correct use of the attributes says.

use std::time::Duration;

use proc_macro2::{Span, TokenStream};
use syn::{Attribute, Ident, LitStr, Path, ReturnType, Type, Visibility};

use crate::names::Names;

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Resource,
    Service,
    WorkerPool,
}

impl Kind {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Resource => "resource",
            Self::Service => "service",
            Self::WorkerPool => "worker_pool",
        }
    }

    /// With its article.
    pub(crate) fn in_words(self) -> &'static str {
        match self {
            Self::Resource => "a resource",
            Self::Service => "a service",
            Self::WorkerPool => "a worker pool",
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum HookName {
    Load,
    Start,
    Run,
    Drain,
    Stop,
    Health,
    Every,
    On,
    Cron,
    Work,
    JobFailed,
    Unfinished,
}

impl HookName {
    pub(crate) const ALL: [Self; 12] = [
        Self::Load,
        Self::Start,
        Self::Run,
        Self::Drain,
        Self::Stop,
        Self::Health,
        Self::Every,
        Self::On,
        Self::Cron,
        Self::Work,
        Self::JobFailed,
        Self::Unfinished,
    ];

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Load => "load",
            Self::Start => "start",
            Self::Run => "run",
            Self::Drain => "drain",
            Self::Stop => "stop",
            Self::Health => "health",
            Self::Every => "every",
            Self::On => "on",
            Self::Cron => "cron",
            Self::Work => "work",
            Self::JobFailed => "job_failed",
            Self::Unfinished => "unfinished",
        }
    }

    /// Its bit in `AnnotatedImplBlock::HOOKS`: all that goes on beside the run loop has one in common.
    pub(crate) fn bit(self) -> u8 {
        if self == Self::On {
            // Handlers are known from a constant of their own.
            0
        } else if self.is_beside() {
            1 << 6
        } else {
            1 << self as u8
        }
    }

    /// Whether the method belongs to what goes on beside the run loop while the component is up; there may be several.
    pub(crate) fn is_beside(self) -> bool {
        matches!(self, Self::Every | Self::Cron | Self::On) || self.is_of_pool()
    }

    /// Whether the method is about the jobs of a worker pool; there is one of each.
    pub(crate) fn is_of_pool(self) -> bool {
        matches!(self, Self::Work | Self::JobFailed | Self::Unfinished)
    }

    /// Whether the hook works on the started component, so that it takes `&self`.
    pub(crate) fn takes_self(self) -> bool {
        !matches!(self, Self::Load | Self::Start)
    }
}

/// A struct with its attribute.
pub(crate) struct Component {
    pub(crate) kind: Kind,
    /// As the user wrote it, without `#[inject]`.
    pub(crate) item: TokenStream,
    pub(crate) ident: Ident,
    pub(crate) is_generic: bool,
    pub(crate) names: Names,
    pub(crate) edges: Vec<Edge>,
    pub(crate) policies: Policies,
    pub(crate) pool: Pool,
    pub(crate) fields: Vec<Field>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum EdgeKind {
    Hard,
    Optional,
    Late,
}

/// One dependency.
pub(crate) struct Edge {
    pub(crate) kind: EdgeKind,
    pub(crate) target: Type,
    /// The `#[cfg(..)]`s of the field that it comes from.
    pub(crate) cfgs: Vec<Attribute>,
}

#[derive(Default)]
pub(crate) struct Policies {
    pub(crate) name: Option<LitStr>,
    pub(crate) optional: Option<bool>,
    pub(crate) start_timeout: Option<Duration>,
    pub(crate) stop_timeout: Option<Duration>,
    pub(crate) retry: Option<u32>,
    pub(crate) backoff: Option<(Duration, Duration)>,
    pub(crate) restart: Option<&'static str>,
    pub(crate) max_restarts: Option<u32>,
    pub(crate) within: Option<Duration>,
    pub(crate) scope: Option<&'static str>,
    pub(crate) escalate: Option<&'static str>,
    pub(crate) heartbeat: Option<Duration>,
    pub(crate) ready: Option<&'static str>,
    pub(crate) on_finish: Option<&'static str>,
    pub(crate) health_groups: Vec<LitStr>,
}

/// What a worker pool says of its queue and its workers.
#[derive(Default)]
pub(crate) struct Pool {
    pub(crate) workers: Option<u32>,
    pub(crate) capacity: Option<Capacity>,
    pub(crate) errors_kept: Option<u32>,
    pub(crate) stop_on_error: bool,
    pub(crate) stop_on_panic: bool,
}

pub(crate) enum Capacity {
    Jobs(u32),
    Unbounded,
}

/// A field of a component, as its construction without `#[start]` needs it.
pub(crate) struct Field {
    pub(crate) cfgs: Vec<Attribute>,
    pub(crate) member: syn::Member,
    pub(crate) ty: Type,
    pub(crate) injected: bool,
    /// The name for messages.
    pub(crate) shown: String,
}

/// An impl block with its attribute.
pub(crate) struct Implementation {
    pub(crate) kind: Kind,
    pub(crate) names: Names,
    /// As the user wrote it, without hook attributes.
    pub(crate) item: TokenStream,
    pub(crate) self_ty: Type,
    pub(crate) hooks: Vec<Hook>,
}

/// A method with a hook attribute.
pub(crate) struct Hook {
    pub(crate) which: HookName,
    pub(crate) cfgs: Vec<Attribute>,
    pub(crate) method: Ident,
    pub(crate) is_async: bool,
    pub(crate) parameters: Vec<Type>,
    /// The `T` of a parameter `Loaded<T>`.
    pub(crate) loaded: Option<Type>,
    pub(crate) arguments: Arguments,
    pub(crate) returns: ReturnType,
    /// Where to point when what the hook returns is wrong.
    pub(crate) output: (Span, Span),
}

/// What the attribute of a hook says.
#[derive(Default)]
pub(crate) enum Arguments {
    #[default]
    None,
    Health(Health),
    Every {
        period: Duration,
        jitter: f64,
        immediate: bool,
    },
    On {
        capacity: Option<u32>,
        concurrency: Option<u32>,
    },
    Cron {
        expression: LitStr,
        tz: Option<LitStr>,
    },
}

/// How checks run, as far as it is said.
pub(crate) struct Health {
    pub(crate) every: Option<Duration>,
    pub(crate) timeout: Option<Duration>,
    pub(crate) down_every: Option<Duration>,
    pub(crate) failures: Option<u32>,
    pub(crate) successes: Option<u32>,
    pub(crate) critical: Option<bool>,
}

/// Who reads the program's arguments.
pub(crate) enum Cli {
    Ours,
    Theirs(Path),
}

/// A `main` with its attribute.
pub(crate) struct App {
    pub(crate) names: Names,
    /// As the user wrote it.
    pub(crate) item: TokenStream,
    pub(crate) vis: Visibility,
    pub(crate) name_of_main: Ident,
    /// Where to point when what `main` returns is wrong.
    pub(crate) output: (Span, Span),
    pub(crate) roots: Vec<Type>,
    pub(crate) parameters: Vec<Type>,
    pub(crate) name: Option<LitStr>,
    pub(crate) shutdown_timeout: Option<(Duration, Span)>,
    pub(crate) start_budget: Option<Duration>,
    pub(crate) drain_delay: Option<Duration>,
    pub(crate) max_concurrent_starts: Option<usize>,
    pub(crate) task_limit: Option<usize>,
    pub(crate) micro_limit: Option<usize>,
    pub(crate) second_sigterm: Option<&'static str>,
    pub(crate) runtime: Option<&'static str>,
    pub(crate) worker_threads: Option<usize>,
    pub(crate) max_depth: Option<usize>,
    pub(crate) health_groups: Vec<LitStr>,
    pub(crate) cli: Option<Cli>,
    /// The function that adds to the builder.
    pub(crate) configure: Option<Path>,
    /// Where to point when the graph as a whole is wrong.
    pub(crate) services: (Span, Span),
}
