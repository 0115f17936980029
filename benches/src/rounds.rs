//! Where rounds run.

use std::future::Future;

use tokio::runtime::Runtime;

/// How many threads it has: one a core.
pub fn workers() -> usize {
    std::thread::available_parallelism().map_or(2, usize::from)
}

/// The same for every system.
///
/// # Panics
///
/// If there can be none: without it there is nothing to measure.
#[allow(
    clippy::expect_used,
    reason = "without a runtime there is nothing to measure"
)]
pub fn runtime() -> Runtime {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(workers())
        .enable_all()
        .build()
        .expect("a runtime can be built")
}

/// Runs a round as a task, like all others: the thread that blocks on the runtime is none of its own.
///
/// # Panics
///
/// If the round does.
pub fn round<T: Send + 'static>(
    runtime: &Runtime,
    round: impl Future<Output = T> + Send + 'static,
) -> T {
    let task = runtime.spawn(round);
    runtime.block_on(task).expect("no round panics")
}
