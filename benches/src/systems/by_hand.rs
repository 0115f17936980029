//! What a competent person writes with tokio: a watch channel per node, a token, a tracker.
//!
//! Nobody catches a panic, limits a time, keeps an error or reports anything here.

use std::future::Future;

use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::{Calls, Sample, Watch};
use crate::Graph;

/// One run. `hook` is called in every start.
pub async fn run<F>(graph: &Graph, hook: impl Fn() -> F + Clone + Send + 'static) -> Sample
where
    F: Future<Output = ()> + Send + 'static,
{
    let calls = Calls::default();
    let mut watch = Watch::begin();
    let token = CancellationToken::new();
    let tracker = TaskTracker::new();
    let mut ready: Vec<watch::Receiver<bool>> = Vec::with_capacity(graph.len());
    for dependencies in &graph.dependencies {
        let (sender, receiver) = watch::channel(false);
        let dependencies = dependencies
            .iter()
            .map(|node| ready[*node].clone())
            .collect();
        tracker.spawn(node(
            sender,
            dependencies,
            token.clone(),
            calls.clone(),
            hook.clone(),
        ));
        ready.push(receiver);
    }
    for root in graph.roots() {
        ready[root]
            .wait_for(|ready| *ready)
            .await
            .expect("nobody fails");
    }
    // A node waits until nobody looks at it any more.
    drop(ready);
    let start = watch.lap();
    token.cancel();
    tracker.close();
    tracker.wait().await;
    let stop = watch.lap();
    calls.check(graph.len());
    Sample {
        start,
        stop,
        ..Sample::default()
    }
}

async fn node<F: Future<Output = ()>>(
    ready: watch::Sender<bool>,
    mut dependencies: Vec<watch::Receiver<bool>>,
    token: CancellationToken,
    calls: Calls,
    hook: impl Fn() -> F,
) {
    for dependency in &mut dependencies {
        dependency
            .wait_for(|ready| *ready)
            .await
            .expect("nobody fails");
    }
    hook().await;
    calls.start().await;
    ready.send_replace(true);
    token.cancelled().await;
    // Its dependents hold a receiver each until they are gone.
    ready.closed().await;
    calls.stop().await;
    drop(dependencies);
}
