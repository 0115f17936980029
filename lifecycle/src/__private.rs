//! What expansions call. Not public API: anything here may change in any release.

pub use crate::app::{Configured, Main, Runtime, SecondSigterm, Settings, launch};
pub use crate::component::{
    Annotated, AnnotatedImplBlock, Argument, BoxError, Component, DependsLate, DependsOn,
    DependsOptionally, Field, Handle, HasRoot, Loads, Made, MainArgument, NoAnnotatedImpl,
    NoDefault, NoHandle, NotAComponent, Outcome, Resource, Service, Work, declare_resource,
    declare_service, declare_worker_pool, hooks_of, require,
};
pub use crate::context::Context;
pub use crate::event::{Event, Handlers, Handling};
pub use crate::health::Health;
pub use crate::plan::{
    Backoff, CheckPolicy, CompiledPlan, Declaration, Escalate, Kind, MAX_DEPTH, MAX_NODES,
    OnFinish, Plan, Ready, Restart, Room, Scope, Size, Visitor,
};
pub use crate::pool::{
    Job, JobError, JobOutcome, PoolOptions, Unfinished, Work as PoolWork, WorkerPool, begin_pool,
};
#[cfg(feature = "cron")]
pub use crate::schedule::{Cron, hook::cron};
pub use crate::schedule::{Every, hook::every};
