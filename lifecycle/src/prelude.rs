pub use crate::{App, AppHandle, Component, Context, Late, Loaded, Reason, Shutdown};
pub use crate::{cron, drain, every, health, inject, load, resource, run, service, start, stop};
