//! A run loop that fails again and again.

use std::io;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use lifecycle::component::{BoxError, service_fn};
use lifecycle::context::RestartPolicy;
use lifecycle::plan::{Plan, Restart};
use lifecycle::{App, Context, RestartNow};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

#[derive(Clone, Copy)]
pub(super) enum Failing {
    /// Each run is a task of its own, so that a panic ends no more than that, with a token of its own.
    ByHand,
    Backoff,
    RestartNow,
    Supervised,
}

impl Failing {
    pub(super) const ALL: [Self; 4] = [
        Self::ByHand,
        Self::Backoff,
        Self::RestartNow,
        Self::Supervised,
    ];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::ByHand => "hand-written tokio: spawn, await, spawn again",
            Self::Backoff => "lifecycle, a service with a backoff of zero",
            Self::RestartNow => "lifecycle, a service that says `RestartNow`",
            Self::Supervised => "lifecycle, a supervised task in a service",
        }
    }

    /// The times from each failure to the next call.
    pub(super) async fn run(self, failures: usize) -> Vec<Duration> {
        let clock = Clock::new(failures);
        match self {
            Self::ByHand => by_hand(&clock).await,
            Self::Backoff => service(&clock, || io::Error::other("it broke").into()).await,
            Self::RestartNow => service(&clock, || RestartNow::because("news").into()).await,
            Self::Supervised => supervised(&clock).await,
        }
        clock.times()
    }
}

/// Says of each call whether it is to fail, and takes the times between.
#[derive(Clone)]
struct Clock(Arc<Mutex<Times>>);

struct Times {
    failed: Option<Instant>,
    taken: Vec<Duration>,
    failures: usize,
}

impl Clock {
    fn new(failures: usize) -> Self {
        Self(Arc::new(Mutex::new(Times {
            failed: None,
            taken: Vec::with_capacity(failures),
            failures,
        })))
    }

    /// A call begins; whether it fails, which it then does at once.
    fn fails(&self) -> bool {
        let mut times = self.0.lock().expect("it does not panic");
        let begun = Instant::now();
        if let Some(failed) = times.failed {
            times.taken.push(begun - failed);
        }
        times.failed = Some(Instant::now());
        times.taken.len() < times.failures
    }

    fn times(&self) -> Vec<Duration> {
        std::mem::take(&mut self.0.lock().expect("it does not panic").taken)
    }
}

async fn by_hand(clock: &Clock) {
    let shutdown = CancellationToken::new();
    loop {
        let (clock, token) = (clock.clone(), shutdown.child_token());
        let run = tokio::spawn(async move {
            let _token = token;
            match clock.fails() {
                true => Err::<(), BoxError>(io::Error::other("it broke").into()),
                false => Ok(()),
            }
        });
        if matches!(run.await, Ok(Ok(()))) {
            break;
        }
    }
}

async fn service(clock: &Clock, error: impl Fn() -> BoxError + Copy + Send + Sync + 'static) {
    let clock = clock.clone();
    let failing = service_fn("failing", (), move |_| {
        let clock = clock.clone();
        async move {
            match clock.fails() {
                true => Err(error()),
                false => Ok(()),
            }
        }
    });
    let mut plan = Plan::builder();
    plan.custom(failing.declare(|policies| {
        let policies = policies.restart(Restart::OnFailure).max_restarts(u32::MAX);
        policies.backoff(Duration::ZERO, Duration::ZERO)
    }));
    ends_well(plan.build().expect("one component")).await;
}

async fn supervised(clock: &Clock) {
    let clock = clock.clone();
    let service = service_fn("owner", (), move |cx: Context| {
        let clock = clock.clone();
        let policy = RestartPolicy::on_failure()
            .max_restarts(u32::MAX)
            .backoff(Duration::ZERO, Duration::ZERO);
        let app = cx.app();
        cx.spawn_supervised("failing", policy, move |_| {
            let (clock, app) = (clock.clone(), app.clone());
            async move {
                match clock.fails() {
                    true => Err(io::Error::other("it broke")),
                    false => {
                        app.shutdown("all failures have happened");
                        Ok(())
                    }
                }
            }
        });
        async move {
            cx.shutdown_requested().await;
        }
    });
    let mut plan = Plan::builder();
    plan.custom(service);
    ends_well(plan.build().expect("one component")).await;
}

async fn ends_well(plan: Plan) {
    let report = App::builder(plan).run().await;
    assert!(report.is_success(), "{report}");
}
