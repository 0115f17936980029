//! `lifecycle`
pub mod app;
pub mod component;
pub mod context;
pub mod plan;
pub use component::Component;
pub use context::{Context, Late, Loaded, Shutdown};
pub use lifecycle_macros::{
    app, drain, health, inject, load, plan, resource, run, service, start, stop,
};
/// Private API of the attributes.
#[doc(hidden)]
pub mod __private;
/// The names that most programs need.
pub mod prelude;
