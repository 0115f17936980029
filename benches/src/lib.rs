//! What is measured: the same graph of components under each system.

// The visitor of a compiled plan recurses as deep as the longest chain, which has 131 components.
#![recursion_limit = "1024"]
#![allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a bench spawns as its user would, and prints"
)]

pub mod compile;
pub mod events;
mod graph;
pub mod pool;
pub mod restart;
pub mod rounds;
pub mod soak;
pub mod startup;
pub mod status;
pub mod systems;
pub mod table;

pub use graph::Graph;
