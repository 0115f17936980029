//! `lifecycle`
pub mod app;
pub mod component;
pub mod context;
pub mod engine;
pub mod plan;
pub use component::Component;
pub use context::{Context, Late, Loaded, Shutdown};
/// Private API of the attributes.
#[doc(hidden)]
pub mod __private;
/// The names that most programs need.
pub mod prelude;
