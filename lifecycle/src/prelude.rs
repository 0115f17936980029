pub use crate::{App, AppHandle, Component, Context, Late, Loaded, Reason, Shutdown};
pub use crate::{
    cron, drain, every, health, inject, load, on, resource, run, service, start, stop,
};
