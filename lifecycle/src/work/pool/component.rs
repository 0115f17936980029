//! Components that are worker pools: what `#[worker_pool]` writes is about these.

use std::convert::Infallible;
use std::sync::Arc;

use super::handle::Queue;
use super::options::PoolOptions;
use super::pools::open_queue;
use super::work::Work;
use super::workers::Workers;
use crate::component::{BoxError, Component};
use crate::context::Context;

/// A struct that is annotated with [`#[worker_pool]`](macro@crate::worker_pool).
#[diagnostic::on_unimplemented(
    message = "the struct `{Self}` is not annotated with `#[worker_pool]`",
    label = "this impl block is annotated with `#[worker_pool]`",
    note = "write the same attribute above the struct and above its impl block: `#[worker_pool]`"
)]
pub trait WorkerPool {
    /// Always `Self`.
    #[doc(hidden)]
    type Itself;

    /// What its keys say.
    const OPTIONS: PoolOptions = PoolOptions::new();
}

/// Starts the workers of a component that is up, and lets those find its queue who submit to it.
#[doc(hidden)]
#[track_caller]
pub fn begin_pool<D: Component + Work>(
    this: &Arc<D>,
    cx: &Context,
    mut options: PoolOptions,
    is_observed: bool,
) {
    if is_observed {
        options.observe();
    }
    let workers = Workers::open(options);
    workers.employ(cx, Arc::clone(this));
    let queue: Queue<D> = open_queue(cx);
    queue.fill(workers);
}

/// What a `#[work]` method may return.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`#[work]` cannot return `{Self}`",
    label = "`#[work]` returns nothing or a `Result<T, E>`",
    note = "the error of the `Result` is any type that implements `std::error::Error + Send + Sync`"
)]
pub trait JobOutcome {
    /// What comes of a job.
    type Value: Send + 'static;
    /// How a job fails.
    type Error: Into<BoxError> + Send + 'static;

    /// Both as what they are.
    ///
    /// # Errors
    ///
    /// The job's own.
    fn result(self) -> Result<Self::Value, Self::Error>;
}

#[diagnostic::do_not_recommend]
impl<T: Send + 'static, E: Into<BoxError> + Send + 'static> JobOutcome for Result<T, E> {
    type Value = T;
    type Error = E;

    fn result(self) -> Self {
        self
    }
}

#[diagnostic::do_not_recommend]
impl JobOutcome for () {
    type Value = ();
    type Error = Infallible;

    fn result(self) -> Result<(), Infallible> {
        Ok(())
    }
}
