pub use crate::{App, AppHandle, Component, Context, Late, Loaded, Reason, Shutdown};
pub use crate::{drain, health, inject, load, resource, run, service, start, stop};
