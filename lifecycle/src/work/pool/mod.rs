//! Worker pools: a queue of jobs, and workers that do them, which belong to a component.
//!
//! [`#[worker_pool]`](macro@crate::worker_pool) makes a component that is one, and a [`Queue`] of it is what others submit
//! to. Most pools are that. What it is made of can be used inside of any component:
//!
//! [`Workers`] do jobs of one type, [`Pool`] runs futures of any kind. Both have a bounded queue unless they are asked for
//! another one, and both belong to the component in whose context they are started: their workers are tasks of it.
//!
//! # The life of a pool
//!
//! | | |
//! |---|---|
//! | start | with the component, in its `#[start]` or `#[run]`; [`Workers::open`] takes jobs even before there are workers |
//! | the queue is full | [`submit`](Workers::submit) waits, [`try_submit`](Workers::try_submit) gives the job back |
//! | a job fails or panics | it is counted; its error goes to whom waits for the job, else it is kept for the report; the worker goes on, unless [`stop_on_error`](PoolOptions::stop_on_error) or [`stop_on_panic`](PoolOptions::stop_on_panic) is said |
//! | the component is told to stop, which is after all that depend on it are down | new jobs are refused, queued ones are done |
//! | that takes longer than the component's `stop_timeout` | its tasks are aborted, running jobs are dropped |
//! | in the component's cleanup | what is not done goes to [`unfinished`](Work::unfinished), and is counted in the report |
//!
//! # No job is lost
//!
//! `accepted = queued + running + done + failed + panicked + handed_back`, at every moment, whatever panics, hangs, is
//! aborted or dropped; after the component's cleanup nothing is queued or running. The numbers live under the lock of the
//! queue, so they are never approximate. A job that not even an abort ends, since it blocks its thread, is handed back too:
//! whatever it does afterwards changes no number.
//!
//! Handed back are: jobs that are still queued; jobs cut off whose [`Work`] only borrows them; and, as a number, jobs cut off
//! whose work has taken them. A closure takes its job, unless [`keep_jobs`](Builder::keep_jobs) gives it a clone.

mod account;
mod builder;
mod closing;
mod component;
mod error;
mod futures;
mod handle;
mod log;
mod options;
mod permit;
mod pools;
mod queue;
mod report;
mod wait;
mod work;
mod worker;
mod workers;

pub use super::priority::Priority;
pub use account::Stats;
pub use builder::Builder;
pub use component::WorkerPool;
#[doc(hidden)]
pub use component::{JobOutcome, begin_pool};
pub use error::{JobError, JobPanic, KeyTaken, Refusal, Refused, UnknownPool};
pub use futures::{Pool, PoolBuilder};
pub use handle::Queue;
pub use options::PoolOptions;
pub use permit::Permit;
#[doc(hidden)]
pub use pools::Lookup;
pub use pools::{PoolKey, Pools};
pub use report::PoolReport;
pub use work::{Closure, Job, Unfinished, Work};
pub use workers::{Ticket, Workers};

pub(crate) use pools::Registry;
pub(crate) use report::Living;
