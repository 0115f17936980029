//! What health checks cost: a thousand components with one each, beside a thousand tasks that do the same by hand.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use lifecycle::App;
use lifecycle::component::Custom;
use lifecycle::plan::{CheckPolicy, Plan};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use super::processor;

/// The time between two checks of one component.
pub(super) const EVERY: Duration = Duration::from_millis(100);

/// How many checks there were, and how much of the processor they took each.
#[derive(Clone, Copy, Debug)]
pub(super) struct Checked {
    pub(super) checks: u64,
    pub(super) each: Duration,
}

/// As many components, each checked in every period.
pub(super) async fn with_lifecycle(count: usize, time: Duration) -> Checked {
    let calls = Arc::new(AtomicU64::new(0));
    let mut plan = Plan::builder();
    for i in 0..count {
        let calls = Arc::clone(&calls);
        let check = move |_| {
            calls.fetch_add(1, Ordering::Relaxed);
            std::future::ready(Ok::<_, Infallible>(()))
        };
        let custom = Custom::resource(format!("node-{i}"))
            .start(|_| std::future::ready(Ok::<_, Infallible>(())))
            .health(CheckPolicy::DEFAULT.every(EVERY), check);
        plan.custom(custom);
    }
    let plan = plan.build().expect("there are no edges");
    let running = App::builder(plan).start();
    assert!(running.app().started().await, "it is up");
    let checked = measure(&calls, time).await;
    running.app().shutdown("the bench is over");
    assert!(running.wait().await.is_success());
    checked
}

/// A task for each, with a limit and the last answer behind a lock.
pub(super) async fn by_hand(count: usize, time: Duration) -> Checked {
    let calls = Arc::new(AtomicU64::new(0));
    let mut tasks = JoinSet::new();
    for _ in 0..count {
        let (calls, last) = (Arc::clone(&calls), std::sync::Mutex::new(None));
        tasks.spawn(async move {
            loop {
                let check = tokio::spawn({
                    let calls = Arc::clone(&calls);
                    async move {
                        calls.fetch_add(1, Ordering::Relaxed);
                    }
                });
                let answer = timeout(Duration::from_secs(1), check).await;
                *last.lock().expect("nobody panics") =
                    Some((answer.is_ok(), tokio::time::Instant::now()));
                sleep(EVERY.mul_f64(0.95)).await;
            }
        });
    }
    measure(&calls, time).await
}

/// Once all have been checked for the first time.
async fn measure(calls: &AtomicU64, time: Duration) -> Checked {
    sleep(EVERY).await;
    let (before, begun) = (calls.load(Ordering::Relaxed), processor::of_all());
    sleep(time).await;
    let checks = calls.load(Ordering::Relaxed) - before;
    let took = processor::of_all() - begun;
    assert!(checks > 0, "there were checks");
    Checked {
        checks,
        each: took / u32::try_from(checks).expect("fewer than four thousand million"),
    }
}
