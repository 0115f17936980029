//! What expansions call. Not public API: anything here may change in any release.

pub use crate::app::{Main, Runtime, SecondSigterm, Settings, launch};
pub use crate::component::{
    Annotated, AnnotatedImplBlock, Argument, Component, DependsLate, DependsOn, DependsOptionally,
    Field, Handle, HasRoot, Hooks, Instance, Loads, MainArgument, NoAnnotatedImpl, NoDefault,
    NoHandle, NotAComponent, Outcome, check_kind, check_work, field, injected, made,
    require_fields,
};
pub use crate::plan::{
    Backoff, CompiledPlan, Declaration, Health, Kind, MAX_DEPTH, MAX_NODES, OnFinish, Plan, Ready,
    Room, Size, Visitor,
};
