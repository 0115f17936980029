//! Tasks inside a component that are restarted without it.

use std::borrow::Cow;
use std::future::Future;
use std::panic::Location;
use std::sync::Arc;
use std::time::Duration;

use super::{Context, Reason, Shutdown, TaskHandle};
use crate::component::{BoxError, BoxFuture, Outcome};
use crate::driver::{Caught, Message, Scope, Work, catch};
use crate::engine::{Ending, Supervision, Verdict};
use crate::observe::Again;
use crate::plan::{Backoff, Policy, Restart, Stage};

/// When a supervised task is restarted, after which wait, and how often.
///
/// The defaults are those of components: 100 ms doubling to 30 s with full jitter, at most 5 restarts in any 60 s; after
/// 60 s without a failure the wait starts anew.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use lifecycle::context::RestartPolicy;
///
/// const PATIENT: RestartPolicy = RestartPolicy::on_failure()
///     .backoff(Duration::from_secs(1), Duration::from_secs(300))
///     .max_restarts(20).within(Duration::from_secs(3_600));
/// # let _ = PATIENT;
/// ```
#[derive(Clone, Copy, Debug)]
#[must_use = "a policy does nothing until a task is spawned with it"]
pub struct RestartPolicy {
    policy: Policy,
}

impl RestartPolicy {
    /// After an error or a panic.
    pub const fn on_failure() -> Self {
        Self::new(Restart::OnFailure)
    }

    /// Whenever it ends.
    pub const fn always() -> Self {
        Self::new(Restart::Always)
    }

    const fn new(restart: Restart) -> Self {
        let mut policy = Policy::DEFAULT;
        policy.restart = restart;
        Self { policy }
    }

    /// Sets the waits: `min`, doubling up to `max`, with full jitter.
    pub const fn backoff(mut self, min: Duration, max: Duration) -> Self {
        self.policy.backoff = Backoff { min, max };
        self
    }

    /// Limits restarts to `times` within any time as long as [`within`](Self::within). Default: 5.
    pub const fn max_restarts(mut self, times: u32) -> Self {
        self.policy.max_restarts = times;
        self
    }

    /// Sets the time over which restarts are counted, and after which without a failure the wait starts anew. Default:
    /// 60 s.
    pub const fn within(mut self, time: Duration) -> Self {
        self.policy.within = time;
        self
    }
}

impl<C> Context<C> {
    /// Runs work as a task of this component that is restarted when it fails.
    ///
    /// It is a task as [`spawn`](Self::spawn) makes one. Each time the work begins it gets a fresh token, which fires when
    /// the component is told to stop or its own work begins anew, and at the latest when this run of the work has ended.
    /// Failures after which it is restarted are logged and stand in the report, and the app may end well all the same; the
    /// last one, after which it is not, fails the component. Once the component is told to stop, nothing is restarted.
    ///
    /// # Examples
    ///
    /// ```
    /// use lifecycle::context::RestartPolicy;
    /// use lifecycle::prelude::*;
    ///
    /// # async fn follow(_region: &str) -> std::io::Result<()> { std::future::pending().await }
    /// #[service]
    /// #[derive(Default)]
    /// struct Prices;
    ///
    /// #[service]
    /// impl Prices {
    ///     #[run]
    ///     async fn run(&self, cx: Context) {
    ///         for region in ["eu", "us"] {
    ///             cx.spawn_supervised(region, RestartPolicy::on_failure(), move |shutdown: Shutdown| async move {
    ///                 shutdown.wrap(follow(region)).await.unwrap_or(Ok(()))
    ///             });
    ///         }
    ///         cx.shutdown_requested().await;
    ///     }
    /// }
    /// # let _ = lifecycle::plan![Prices];
    /// ```
    #[track_caller]
    pub fn spawn_supervised<H, F, O>(
        &self,
        name: impl Into<Cow<'static, str>>,
        policy: RestartPolicy,
        work: H,
    ) -> TaskHandle
    where
        H: Fn(Shutdown) -> F + Send + Sync + 'static,
        F: Future<Output = O> + Send + 'static,
        O: Outcome<()>,
    {
        let name = name.into();
        let work = Arc::new(work);
        let begin = move |shutdown| -> BoxFuture<Result<(), BoxError>> {
            let work = Arc::clone(&work);
            // The closure runs inside the future, so that a panic in it is caught too.
            Box::pin(async move { work(shutdown).await.outcome() })
        };
        let task = supervise(
            Arc::clone(&self.scope),
            name.clone(),
            policy.policy,
            Box::new(begin),
        );
        TaskHandle::new(self.scope.launch(
            Stage::Task,
            name,
            Location::caller(),
            Work::Caught(Box::pin(async move { task.await.map(|()| None) })),
        ))
    }
}

/// The token of one run of the work, which fires however that run ends.
struct Fresh(Shutdown);

impl Drop for Fresh {
    fn drop(&mut self) {
        self.0.fire(Reason::Restart);
    }
}

type Begin = Box<dyn Fn(Shutdown) -> BoxFuture<Result<(), BoxError>> + Send>;

async fn supervise(
    scope: Arc<Scope>,
    name: Cow<'static, str>,
    policy: Policy,
    begin: Begin,
) -> Result<(), Caught> {
    let mut memory = Supervision::default();
    let shutdown = scope.shutdown();
    loop {
        let token = Fresh(shutdown.child());
        memory.came_up(scope.shared.now());
        let result = catch(begin(token.0.clone())).await;
        drop(token);
        let result = result.map_err(|caught| caught.of_task(&name));
        if shutdown.is_requested() {
            return result;
        }
        let ending = match &result {
            Ok(()) => Ending::Ok,
            Err(caught) => caught.ending(),
        };
        let now = scope.shared.now();
        let random = |most| scope.shared.random(most);
        let Verdict::Restart { after } = memory.ended(&policy, now, ending, random) else {
            return match result {
                Ok(()) if policy.restart == Restart::Always => {
                    let ended = format!("the task `{name}` ended too often");
                    Err(Caught::Error(ended.into()))
                }
                result => result,
            };
        };
        let again = Again {
            after,
            restarts: memory.restarts(),
            policy: &policy,
        };
        scope.send(Message::TaskRestarts {
            key: scope.key,
            caught: result.err(),
            words: format!("`{name}` {again}"),
        });
        if shutdown.wrap(pause(after)).await.is_none() {
            return Ok(());
        }
    }
}

/// The timer has steps of a millisecond, and rounds up: who is to go on at once must not ask it.
async fn pause(time: Duration) {
    if time.is_zero() {
        tokio::task::yield_now().await;
    } else {
        tokio::time::sleep(time).await;
    }
}
