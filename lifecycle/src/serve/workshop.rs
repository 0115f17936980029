//! What takes long or is the user's code is made beside: the picture of the plan, and the metrics.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use hyper::StatusCode;
use hyper::body::Bytes;
use tokio::sync::Semaphore;

use super::answer::{Answer, METRICS, SVG, answer, guarded, words};
use super::feed::Feed;
use crate::plan::Plan;

/// Renders the metrics.
pub(super) type Render = Arc<dyn Fn() -> String + Send + Sync>;

/// Makes one thing at a time, on a thread that may block.
#[derive(Clone)]
struct Workshop {
    bench: Arc<Semaphore>,
    limit: Duration,
}

impl Workshop {
    fn new(limit: Duration) -> Self {
        Self {
            bench: Arc::new(Semaphore::new(1)),
            limit,
        }
    }

    /// `None` if it takes too long: it is then made nevertheless, and nothing else until it is; an error, if it panics.
    #[expect(
        clippy::disallowed_methods,
        reason = "this runtime is the server's own, and no component runs on it"
    )]
    async fn make<T: Send + 'static>(
        &self,
        make: impl FnOnce() -> T + Send + 'static,
    ) -> Option<Result<T, ()>> {
        let work = async {
            let permit = Arc::clone(&self.bench).acquire_owned().await.ok()?;
            let made = tokio::task::spawn_blocking(move || {
                let made = guarded(make);
                drop(permit);
                made
            });
            Some(made.await.ok()?.ok_or(()))
        };
        tokio::time::timeout(self.limit, work).await.ok()?
    }
}

/// The metrics, if somebody renders them.
pub(super) struct Metrics {
    render: Option<Render>,
    workshop: Workshop,
}

impl Metrics {
    pub(super) fn new(render: Option<Render>, limit: Duration) -> Self {
        Self {
            render,
            workshop: Workshop::new(limit),
        }
    }

    pub(super) async fn answer(&self) -> Answer {
        let Some(render) = self.render.clone() else {
            let text = "this server has no metrics: give it some with `Server::metrics`";
            return words(StatusCode::NOT_FOUND, text);
        };
        match self.workshop.make(move || render()).await {
            Some(Ok(text)) => answer(StatusCode::OK, METRICS, text),
            Some(Err(())) => words(
                StatusCode::INTERNAL_SERVER_ERROR,
                "what renders the metrics panicked",
            ),
            None => words(
                StatusCode::SERVICE_UNAVAILABLE,
                "rendering the metrics takes too long",
            ),
        }
    }
}

/// The picture of the plan, drawn once for each size of it.
pub(super) struct Graph {
    workshop: Workshop,
    drawn: Arc<Mutex<Option<(usize, Bytes)>>>,
}

impl Graph {
    pub(super) fn new(limit: Duration) -> Self {
        Self {
            workshop: Workshop::new(limit),
            drawn: Arc::default(),
        }
    }

    pub(super) async fn answer(&self, feed: &Feed) -> Answer {
        let Some(plan) = feed.plan() else {
            return words(StatusCode::SERVICE_UNAVAILABLE, "the app has not begun");
        };
        let drawn = Arc::clone(&self.drawn);
        match self.workshop.make(move || draw(&plan, &drawn)).await {
            Some(Ok(svg)) => answer(StatusCode::OK, SVG, svg),
            Some(Err(())) => words(
                StatusCode::INTERNAL_SERVER_ERROR,
                "the plan cannot be drawn",
            ),
            None => words(
                StatusCode::SERVICE_UNAVAILABLE,
                "the plan is still being drawn",
            ),
        }
    }
}

fn draw(plan: &Plan, drawn: &Mutex<Option<(usize, Bytes)>>) -> Bytes {
    let lock = || drawn.lock().unwrap_or_else(PoisonError::into_inner);
    let known = lock().clone().filter(|(size, _)| *size == plan.len());
    if let Some((_, svg)) = known {
        return svg;
    }
    let svg = Bytes::from(plan.to_svg());
    *lock() = Some((plan.len(), svg.clone()));
    svg
}

impl fmt::Debug for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let is_there = self.render.is_some();
        f.debug_struct("Metrics")
            .field("render", &is_there)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Graph {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Graph").finish_non_exhaustive()
    }
}
