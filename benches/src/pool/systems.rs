//! What does jobs: each system takes boxed futures, as a pool that does not know its jobs has to.

use std::future::{Future, ready};
use std::hint::black_box;
use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use lifecycle::component::{BoxError, Custom};
use lifecycle::plan::Plan;
use lifecycle::pool::{Pool, Workers};
use lifecycle::{App, Context};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::Instant;
use tokio_util::task::TaskTracker;

/// How many jobs a bounded queue holds.
pub(super) const CAPACITY: usize = 1024;

type Boxed = Pin<Box<dyn Future<Output = ()> + Send>>;

/// What one job does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Load {
    Empty,
    /// Keeps a core busy.
    Busy(Duration),
}

impl Load {
    async fn work(self) {
        if let Self::Busy(time) = self {
            let begun = Instant::now();
            while begun.elapsed() < time {
                black_box(());
            }
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum System {
    AsyncChannel,
    Flume,
    Spawn,
    Futures,
    Typed,
}

impl System {
    pub(super) const ALL: [Self; 5] = [
        Self::AsyncChannel,
        Self::Flume,
        Self::Spawn,
        Self::Futures,
        Self::Typed,
    ];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::AsyncChannel => "async-channel, boxed futures",
            Self::Flume => "flume, boxed futures",
            Self::Spawn => "tokio spawn and TaskTracker",
            Self::Futures => "lifecycle, futures (Pool)",
            Self::Typed => "lifecycle, jobs of a type (Workers)",
        }
    }

    /// Whether others are measured against it.
    pub(super) fn is_bare(self) -> bool {
        matches!(self, Self::AsyncChannel | Self::Flume)
    }

    pub(super) fn is_ours(self) -> bool {
        matches!(self, Self::Futures | Self::Typed)
    }

    /// Sets it up. A task for each job has no queue, and so no bound.
    pub(super) async fn start(self, workers: usize, bounded: bool) -> Option<Running> {
        let capacity = bounded.then_some(CAPACITY);
        Some(match self {
            Self::Spawn if bounded => return None,
            Self::Spawn => Running::Spawn(TaskTracker::new()),
            Self::AsyncChannel => {
                let (sends, gets) = match capacity {
                    Some(capacity) => async_channel::bounded::<Boxed>(capacity),
                    None => async_channel::unbounded(),
                };
                let worker = || {
                    let gets = gets.clone();
                    tokio::spawn(async move {
                        while let Ok(job) = gets.recv().await {
                            job.await;
                        }
                    })
                };
                Running::AsyncChannel(sends, (0..workers).map(|_| worker()).collect())
            }
            Self::Flume => {
                let (sends, gets) = match capacity {
                    Some(capacity) => flume::bounded::<Boxed>(capacity),
                    None => flume::unbounded(),
                };
                let worker = || {
                    let gets = gets.clone();
                    tokio::spawn(async move {
                        while let Ok(job) = gets.recv_async().await {
                            job.await;
                        }
                    })
                };
                Running::Flume(sends, (0..workers).map(|_| worker()).collect())
            }
            Self::Futures => {
                let (pool, app) = component(move |cx| {
                    let pool = Pool::builder().workers(workers);
                    match capacity {
                        Some(capacity) => pool.capacity(capacity).start(cx),
                        None => pool.unbounded().start(cx),
                    }
                })
                .await;
                Running::Futures(pool, app)
            }
            Self::Typed => {
                let (pool, app) = component(move |cx| {
                    let pool = Workers::builder(|load: Load| async move {
                        load.work().await;
                        Ok::<_, BoxError>(())
                    });
                    let pool = pool.workers(workers);
                    match capacity {
                        Some(capacity) => pool.capacity(capacity).start(cx),
                        None => pool.unbounded().start(cx),
                    }
                })
                .await;
                Running::Typed(pool, app)
            }
        })
    }
}

/// An app with one component, which has what this makes.
async fn component<P: Clone + Send + Sync + 'static>(
    make: impl Fn(&Context) -> P + Send + Sync + 'static,
) -> (P, lifecycle::app::Running) {
    let made = Arc::new(OnceLock::new());
    let makes = made.clone();
    let mut plan = Plan::builder();
    plan.custom(Custom::resource("pool").start(move |cx| {
        let _ = makes.set(make(&cx));
        ready(Ok::<_, BoxError>(()))
    }));
    let app = App::builder(plan.build().expect("one node has no cycle")).start();
    assert!(app.app().started().await, "it is up");
    (made.get().expect("it was made").clone(), app)
}

/// A system that takes jobs.
pub(super) enum Running {
    AsyncChannel(async_channel::Sender<Boxed>, Vec<JoinHandle<()>>),
    Flume(flume::Sender<Boxed>, Vec<JoinHandle<()>>),
    Spawn(TaskTracker),
    Futures(Pool, lifecycle::app::Running),
    Typed(Workers<Load>, lifecycle::app::Running),
}

impl Running {
    /// Submits jobs, and waits until all are done.
    pub(super) async fn burst(&self, jobs: usize, load: Load) {
        for _ in 1..jobs {
            match self {
                Self::AsyncChannel(sends, _) => drop(sends.send(Box::pin(load.work())).await),
                Self::Flume(sends, _) => drop(sends.send_async(Box::pin(load.work())).await),
                Self::Spawn(tracker) => drop(tracker.spawn(load.work())),
                Self::Futures(pool, _) => drop(pool.submit(load.work()).await),
                Self::Typed(pool, _) => drop(pool.submit(load).await),
            }
        }
        if let Self::Spawn(tracker) = self {
            // Its tasks end in no order.
            tracker.close();
            tracker.wait().await;
            tracker.reopen();
        }
        // With the last one begun, as many as there are workers may be left, which is nothing beside all of them.
        self.one(load).await;
    }

    /// Submits one job, and waits until it is done.
    pub(super) async fn one(&self, load: Load) {
        let (done, is_done) = oneshot::channel();
        let job = async move {
            load.work().await;
            let _ = done.send(());
        };
        match self {
            Self::AsyncChannel(sends, _) => drop(sends.send(Box::pin(job)).await),
            Self::Flume(sends, _) => drop(sends.send_async(Box::pin(job)).await),
            Self::Spawn(tracker) => drop(tracker.spawn(job)),
            Self::Futures(pool, _) => {
                let done = pool.submit_and_wait(load.work()).await;
                return done.expect("an empty job cannot fail");
            }
            Self::Typed(pool, _) => {
                let done = pool.submit_and_wait(load).await;
                return done.expect("an empty job cannot fail");
            }
        }
        is_done.await.expect("the job is run");
    }

    pub(super) async fn end(self) {
        match self {
            Self::AsyncChannel(sends, workers) => {
                drop(sends);
                join(workers).await;
            }
            Self::Flume(sends, workers) => {
                drop(sends);
                join(workers).await;
            }
            Self::Spawn(tracker) => {
                tracker.close();
                tracker.wait().await;
            }
            Self::Futures(_, app) | Self::Typed(_, app) => {
                app.app().shutdown("the bench is over");
                let report = app.wait().await;
                assert!(report.is_success(), "{report}");
            }
        }
    }
}

async fn join(workers: Vec<JoinHandle<()>>) {
    for worker in workers {
        worker.await.expect("it does not panic");
    }
}
