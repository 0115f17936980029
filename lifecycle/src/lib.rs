//! `lifecycle`

pub mod app;
pub mod component;
pub mod context;
pub mod engine;
mod driver;
mod error;
pub mod health;
pub mod observe;
pub mod plan;
#[cfg(feature = "testing")]
pub mod testing;

pub use app::{App, RunReport};
pub use component::Component;
pub use context::{AppHandle, Context, Late, Loaded, Reason, Shutdown};
pub use error::Error;
pub use lifecycle_macros::{
    app, drain, health, inject, load, plan, resource, run, service, start, stop,
};

/// The names that most programs need.
pub mod prelude;
/// Private API of the attributes.
#[doc(hidden)]
pub mod __private;
