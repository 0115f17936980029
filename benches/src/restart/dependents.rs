//! A component and its dependents, built anew.

use std::sync::Arc;
use std::time::Duration;

use lifecycle::App;
use lifecycle::component::{Custom, service_fn};
use lifecycle::plan::{Plan, Scope};
use tokio::task::JoinSet;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::Count;

#[derive(Clone, Copy)]
pub(super) enum Rebuilt {
    ByHand,
    Lifecycle,
}

impl Rebuilt {
    pub(super) const ALL: [Self; 2] = [Self::ByHand, Self::Lifecycle];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::ByHand => "hand-written tokio: one token, one join set",
            Self::Lifecycle => "lifecycle, `restart` with dependents",
        }
    }

    /// How long each of so many restarts took.
    pub(super) async fn run(self, dependents: usize, times: usize) -> Vec<Duration> {
        match self {
            Self::ByHand => by_hand(dependents, times).await,
            Self::Lifecycle => lifecycle(dependents, times).await,
        }
    }
}

/// What the dependents need.
struct Base;

async fn by_hand(dependents: usize, times: usize) -> Vec<Duration> {
    let count = Count::new();
    let start = || {
        let (base, token, mut tasks) = (Arc::new(Base), CancellationToken::new(), JoinSet::new());
        for _ in 0..dependents {
            let (base, token, count) = (Arc::clone(&base), token.child_token(), Arc::clone(&count));
            tasks.spawn(async move {
                let _base = base;
                count.one(dependents);
                token.cancelled().await;
            });
        }
        (token, tasks)
    };
    let (mut token, mut tasks) = start();
    count.news.notified().await;
    let mut taken = Vec::with_capacity(times);
    for _ in 0..times {
        count.reset();
        let begun = Instant::now();
        token.cancel();
        while tasks.join_next().await.is_some() {}
        (token, tasks) = start();
        count.news.notified().await;
        taken.push(begun.elapsed());
    }
    token.cancel();
    while tasks.join_next().await.is_some() {}
    taken
}

async fn lifecycle(dependents: usize, times: usize) -> Vec<Duration> {
    let count = Count::new();
    let mut plan = Plan::builder();
    plan.custom(Custom::resource("base").start(|_| async { Ok::<_, std::io::Error>(Base) }));
    for i in 0..dependents {
        let count = Arc::clone(&count);
        plan.custom(service_fn(format!("dependent {i}"), "base", move |cx| {
            let count = Arc::clone(&count);
            async move {
                count.one(dependents);
                cx.shutdown_requested().await;
            }
        }));
    }
    let running = App::builder(plan.build().expect("no cycle")).start();
    assert!(running.app().started().await, "it is up");
    count.news.notified().await;
    let base = running.app().component("base").expect("it is in the plan");
    let mut taken = Vec::with_capacity(times);
    for _ in 0..times {
        count.reset();
        let begun = Instant::now();
        base.restart(Scope::Dependents).await.expect("it is up");
        count.news.notified().await;
        taken.push(begun.elapsed());
    }
    running.app().shutdown("enough");
    assert!(running.wait().await.is_success());
    taken
}
