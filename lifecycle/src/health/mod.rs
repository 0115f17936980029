//! Health checks: they run beside the component, and nobody who reads waits for one.

mod value;

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use crate::component::{BoxError, BoxFuture, Code, Instance};
use crate::context::Context;
use crate::driver::{Scope, catch};
use crate::error::Short;
use crate::plan::{Health as Policy, Stage};

pub use value::{Health, HealthChange, Level};

/// The last answer of a health check.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Answer {
    /// Whether the component is well.
    pub healthy: bool,
    /// What is wrong, if it is not: the message of the error and those of its sources, outermost first.
    pub problem: Option<String>,
    /// How long the check took.
    pub took: Duration,
    /// When the check ended, since the app began.
    pub at: Duration,
}

/// How a check is called; tests put faults around it.
pub(crate) trait Checks: Send + 'static {
    fn wrap(&self, check: BoxFuture<Result<(), BoxError>>) -> BoxFuture<Result<(), BoxError>>;
}

/// As it is.
#[cfg_attr(
    feature = "testing",
    expect(dead_code, reason = "tests put their own in its place")
)]
pub(crate) struct Plain;

impl Checks for Plain {
    fn wrap(&self, check: BoxFuture<Result<(), BoxError>>) -> BoxFuture<Result<(), BoxError>> {
        check
    }
}

/// Runs the checks of a component, one at a time, until it is told to stop.
pub(crate) async fn check_until_shutdown(
    scope: &Arc<Scope>,
    instance: Instance,
    how: Policy,
    checks: impl Checks,
) {
    let checking = async {
        let mut last: Option<String> = None;
        loop {
            let cx = Context::new(Arc::clone(scope));
            let node = scope.shared.node(scope.key);
            let began = Instant::now();
            let problem = answer(
                checks.wrap(call(Code::of(node), instance.clone(), cx)),
                how.timeout,
            )
            .await;
            if problem != last {
                match &problem {
                    Some(problem) => {
                        tracing::warn!(target: "lifecycle", component = scope.name(), %problem, "unhealthy");
                    }
                    None => {
                        tracing::info!(target: "lifecycle", component = scope.name(), "healthy again");
                    }
                }
                last.clone_from(&problem);
            }
            scope.shared.set_health(
                scope.key,
                Answer {
                    healthy: problem.is_none(),
                    problem,
                    took: began.elapsed(),
                    at: scope.shared.now(),
                },
            );
            tokio::time::sleep(how.every).await;
        }
    };
    let _: Option<()> = scope.shutdown().wrap(checking).await;
}

/// Calls the hook inside the future, so that a panic in a sync hook is caught too.
fn call(code: Code<'_>, instance: Instance, cx: Context) -> BoxFuture<Result<(), BoxError>> {
    code.work(Stage::Health, instance, cx)
}

/// What is wrong, as this check sees it.
async fn answer(
    check: impl Future<Output = Result<(), BoxError>> + Send + 'static,
    limit: Duration,
) -> Option<String> {
    match tokio::time::timeout(limit, catch(Box::pin(check))).await {
        Ok(Ok(())) => None,
        Ok(Err(caught)) => Some(caught.text("the check")),
        Err(_) => Some(format!("the check took longer than {}", Short(limit))),
    }
}
