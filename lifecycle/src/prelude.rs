pub use crate::{Component, Context, Late, Loaded, Shutdown};
pub use crate::{drain, health, inject, load, resource, run, service, start, stop};
