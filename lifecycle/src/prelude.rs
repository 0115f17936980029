pub use crate::{App, AppHandle, Component, Context, Late, Loaded, Reason, Shutdown};
pub use crate::{Queue, job_failed, unfinished, work, worker_pool};
pub use crate::{drain, every, health, inject, load, resource, run, service, start, stop};
