pub use crate::{App, AppBuilder, AppHandle, Component, Context, Late, Loaded, Reason, Shutdown};
pub use crate::{
    Queue, cron, drain, every, health, inject, job_failed, load, on, resource, run, service, start,
    stop, unfinished, work, worker_pool,
};
