//! Compile time: what depends on what, in which order, and whether that is possible.
//!
//! A component's `depends_on` function tells a [`Visitor`] who it is and then calls the same function of each
//! dependency, so that rustc's own const evaluation walks the graph. What comes out is a [`Plan`]: nodes in start
//! order with their edges as indices. A plan can also be put together at run time, with a [`PlanBuilder`].
//!
//! This room knows no other: it holds data and never runs a component.

mod build;
mod check;
mod compiled;
mod declaration;
mod dependency;
mod graph;
mod grow;
mod message;
mod render;
mod stage;
mod visitor;

pub use build::{PlanBuilder, PlanError, PlanNode};
pub use check::CheckPolicy;
pub use compiled::CompiledPlan;
pub use declaration::{
    Backoff, Declaration, Escalate, Kind, OnFinish, Policy, Ready, Restart, Scope,
};
pub use dependency::{Dependencies, Dependency};
pub use graph::{Edge, EdgeKind, Node, Plan};
pub(crate) use message::Message;
pub use stage::Stage;
pub(crate) use visitor::groups;
pub use visitor::{MAX_DEPTH, MAX_NODES, Room, Size, Visitor};
