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

/// What a node of the plainer way says of itself.
#[derive(Clone, Copy, Debug, PartialEq)]
enum State {
    Down,
    Up,
    Gone,
}

/// One run of the plainer way: each node says its state, and looks at its dependencies on the way up and at its
/// dependents on the way down.
pub async fn run_plainly(graph: &Graph) -> Sample {
    let calls = Calls::default();
    let mut watch = Watch::begin();
    let token = CancellationToken::new();
    let tracker = TaskTracker::new();
    let mut senders = Vec::with_capacity(graph.len());
    let mut states = Vec::with_capacity(graph.len());
    for _ in 0..graph.len() {
        let (sender, receiver) = watch::channel(State::Down);
        senders.push(sender);
        states.push(receiver);
    }
    let mut dependents = vec![Vec::new(); graph.len()];
    for (node, dependencies) in graph.dependencies.iter().enumerate() {
        for dependency in dependencies {
            dependents[*dependency].push(states[node].clone());
        }
    }
    for ((dependencies, dependents), sender) in
        graph.dependencies.iter().zip(dependents).zip(senders)
    {
        let dependencies = dependencies
            .iter()
            .map(|node| states[*node].clone())
            .collect();
        tracker.spawn(plain_node(
            sender,
            dependencies,
            dependents,
            token.clone(),
            calls.clone(),
        ));
    }
    for state in &mut states {
        wait_for(state, State::Up).await;
    }
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

async fn plain_node(
    state: watch::Sender<State>,
    mut dependencies: Vec<watch::Receiver<State>>,
    mut dependents: Vec<watch::Receiver<State>>,
    token: CancellationToken,
    calls: Calls,
) {
    for dependency in &mut dependencies {
        wait_for(dependency, State::Up).await;
    }
    calls.start().await;
    state.send_replace(State::Up);
    token.cancelled().await;
    for dependent in &mut dependents {
        wait_for(dependent, State::Gone).await;
    }
    calls.stop().await;
    state.send_replace(State::Gone);
}

async fn wait_for(state: &mut watch::Receiver<State>, wanted: State) {
    // A node that is gone has dropped its sender.
    let _ = state.wait_for(|state| *state == wanted).await;
}
