//! The answers to one client that watches.

use std::fmt;
use std::pin::Pin;
use std::task::{Context as Poller, Poll};

use futures_core::Stream;
use tonic::Status;
use tonic_health::pb::HealthCheckResponse;
use tonic_health::pb::health_check_response::ServingStatus;

use super::{answer, response};
use crate::component::BoxFuture;
use crate::context::{AppHandle, Shutdown};
use crate::engine::Phase;

/// Gives an answer whenever it is another one. It keeps none back: the next is made when it is asked for.
pub(super) struct Watch {
    /// The next answer, and who gives that after it; nothing at the end.
    next: Option<BoxFuture<Option<(ServingStatus, Watcher)>>>,
}

struct Watcher {
    app: AppHandle,
    shutdown: Option<Shutdown>,
    service: String,
    last: Option<ServingStatus>,
}

impl Watch {
    pub(super) fn new(app: AppHandle, shutdown: Option<Shutdown>, service: String) -> Self {
        let watcher = Watcher {
            app,
            shutdown,
            service,
            last: None,
        };
        Self {
            next: Some(Box::pin(watcher.next())),
        }
    }
}

impl Watcher {
    async fn next(mut self) -> Option<(ServingStatus, Self)> {
        let shared = self.app.shared();
        loop {
            // What changes while the answer is made is looked at once more.
            let version = shared.version();
            let is_over = self.is_over();
            let answer = answer(&self.app, &self.service);
            if self.last != Some(answer) {
                self.last = Some(answer);
                return Some((answer, self));
            }
            if is_over {
                return None;
            }
            let changed = shared.until(|shared| (shared.version() != version).then_some(()));
            tokio::select! {
                () = changed => {}
                () = told(&self.shutdown) => {}
            }
        }
    }

    fn is_over(&self) -> bool {
        let is_told = self.shutdown.as_ref().is_some_and(Shutdown::is_requested);
        is_told || self.app.phase() >= Phase::Stopping
    }
}

/// Waits until the component in which the service was made is told to stop.
async fn told(shutdown: &Option<Shutdown>) {
    match shutdown {
        Some(shutdown) => drop(shutdown.requested().await),
        None => std::future::pending().await,
    }
}

impl Stream for Watch {
    type Item = Result<HealthCheckResponse, Status>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Poller<'_>) -> Poll<Option<Self::Item>> {
        let Some(next) = &mut self.next else {
            return Poll::Ready(None);
        };
        match next.as_mut().poll(cx) {
            Poll::Pending => Poll::Pending,
            Poll::Ready(Some((status, watcher))) => {
                self.next = Some(Box::pin(watcher.next()));
                Poll::Ready(Some(Ok(response(status))))
            }
            Poll::Ready(None) => {
                self.next = None;
                Poll::Ready(None)
            }
        }
    }
}

impl fmt::Debug for Watch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Watch").finish_non_exhaustive()
    }
}
