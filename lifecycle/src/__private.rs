//! What expansions call. Not public API: anything here may change in any release.

pub use crate::app::{Main, Runtime, SecondSigterm, Settings, launch};
pub use crate::component::{
    Argument, Component, DependsLate, DependsOn, DependsOptionally, Field, HasRoot, Hooks, Inject,
    Loads, MainArgument, NoAnnotatedImpl, NoDefault, NotAComponent, check_kind, check_work, field,
    finished, loaded, require_field, started,
};
pub use crate::plan::{
    Backoff, CompiledPlan, Declaration, Health, Kind, MAX_DEPTH, MAX_NODES, OnFinish, Plan, Ready,
    Room, Size, Visitor,
};
