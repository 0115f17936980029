//! Work that is done again and again: in a period, or at times of the wall clock.
//!
//! A schedule belongs to a component: it begins when that is up, runs as a task of it, and no run begins once the component
//! is told to stop. What all schedules have in common:
//!
//! - There is one run at a time. One that takes longer than it should delays the next, and runs never pile up: ticks that
//!   pass meanwhile are skipped and counted.
//! - An error or a panic ends that run and not the schedule. It shows in the component's status and in the log, until a run
//!   succeeds: the first one, and after that each one that is different or doubles their number. The component does not fail.
//! - A run that is under way when the component is told to stop may end, within the component's `stop_timeout`; one that
//!   does not is aborted and reported with the schedule's name.
//!
//! `#[every]` and `#[cron]` make schedules of methods, [`Context::every`](crate::Context::every) and
//! `Context::cron` of closures. [`ComponentStatus::schedules`](crate::observe::ComponentStatus::schedules) has the counters.

#[cfg(feature = "cron")]
mod cron;
mod every;
mod grid;
pub(crate) mod hook;
mod record;
mod run;
mod ticks;

#[cfg(feature = "cron")]
pub use cron::{Cron, CronError};
pub use every::Every;
pub(crate) use record::Record;
