//! The task that has a component checked.

use std::borrow::Cow;
use std::panic::Location;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::oneshot;

use super::check::Found;
use super::value::{Health, bounded};
use crate::component::{BoxError, BoxFuture};
use crate::driver::{Scope, TaskLink, Work, catch};
use crate::plan::{CheckPolicy, Stage};

/// Has a component checked, one check at a time, until it is told to stop.
///
/// Each call is a task of its own, since one that blocks its thread can only be watched from elsewhere.
pub(crate) async fn check_until_shutdown(
    scope: &Arc<Scope>,
    how: CheckPolicy,
    call: impl Fn() -> BoxFuture<Result<Health, BoxError>> + Send,
) {
    let checking = async {
        loop {
            let began = scope.shared.now();
            let mut check = UnderWay::begin(scope, call());
            let found = match tokio::time::timeout(how.timeout, &mut check.found).await {
                Ok(Ok(found)) => found,
                // It was aborted by somebody else, and so will this be.
                Ok(Err(_)) => std::future::pending().await,
                Err(_) => Found::Slow,
            };
            check.task.abort();
            keep_and_wait(scope, found, began).await;
            while !check.task.is_finished() {
                keep_and_wait(scope, Found::Hangs(began), began).await;
            }
        }
    };
    let _: Option<()> = scope.shutdown().wrap(checking).await;
}

/// Keeps what was found, and waits until the next check is due.
async fn keep_and_wait(scope: &Scope, found: Found, began: Duration) {
    let Scope { shared, key, .. } = scope;
    let wait = shared.write_health(*key, |book, at| {
        let took = at.saturating_sub(began);
        book.answer(found, took, at, |most| shared.random(most))
    });
    match wait {
        Some(wait) => tokio::time::sleep(wait).await,
        // The component is on its way down.
        None => std::future::pending().await,
    }
}

/// A check under way, which is dropped with this.
struct UnderWay {
    found: oneshot::Receiver<Found>,
    task: TaskLink,
}

impl UnderWay {
    #[track_caller]
    fn begin(scope: &Arc<Scope>, check: BoxFuture<Result<Health, BoxError>>) -> Self {
        let (sender, found) = oneshot::channel();
        let work = async move {
            let found = match catch(check).await {
                Ok(health) => Found::Said(health),
                Err(caught) => Found::Failed(bounded(caught.text("the check"))),
            };
            // Nobody waits for an answer that comes too late.
            let _ = sender.send(found);
            Ok(())
        };
        let name = Cow::Borrowed(Stage::Health.as_str());
        let work = Work::Calling(Box::pin(work));
        Self {
            found,
            task: scope.launch(Stage::Health, name, Location::caller(), work),
        }
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.task.abort();
    }
}
