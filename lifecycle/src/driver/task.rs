//! One task of a component: user code behind a guard.

use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context as Poller, Poll};

use super::panics::{self, Panic};
use super::{Message, Scope};
use crate::component::{BoxError, BoxFuture, Instance};
use crate::engine::{Ending, Key};
use crate::error::Error;
use crate::plan::Stage;

/// How a piece of user code failed.
pub(crate) enum Caught {
    Error(BoxError),
    Panic(Box<Panic>),
}

impl Caught {
    pub(crate) fn ending(&self) -> Ending {
        match self {
            Self::Error(_) => Ending::Error,
            Self::Panic(_) => Ending::Panic,
        }
    }

    pub(crate) fn into_error(self, component: &str, stage: Stage) -> Error {
        let component = component.to_owned();
        match self {
            Self::Error(source) => Error::Failed {
                component,
                stage,
                source,
            },
            Self::Panic(panic) => Error::Panicked {
                component,
                stage,
                message: panic.message,
                location: panic.location,
                backtrace: panic.backtrace,
            },
        }
    }
}

/// A task's end, as the driver hears of it.
pub(crate) struct TaskEnd {
    pub(crate) key: Key,
    pub(crate) life: u32,
    pub(crate) stage: Stage,
    /// `None` when the task was dropped before it ended.
    pub(crate) outcome: Option<Result<Option<Instance>, Caught>>,
}

/// A task: user code, and a guard that says that it ended, whatever ends it.
pub(super) struct Guard {
    scope: Arc<Scope>,
    id: usize,
    serial: u64,
    stage: Stage,
    work: CatchUnwind<Option<Instance>>,
    outcome: Option<Result<Option<Instance>, Caught>>,
}

impl Guard {
    pub(super) fn new(
        scope: Arc<Scope>,
        id: usize,
        serial: u64,
        stage: Stage,
        work: BoxFuture<Result<Option<Instance>, BoxError>>,
    ) -> Self {
        Self {
            scope,
            id,
            serial,
            stage,
            work: CatchUnwind { work: Some(work) },
            outcome: None,
        }
    }
}

impl Future for Guard {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Poller<'_>) -> Poll<()> {
        Pin::new(&mut self.work)
            .poll(cx)
            .map(|outcome| self.outcome = Some(outcome))
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        // Aborted, the work is dropped here, and that may panic.
        if let Some(panic) = self.work.discard() {
            self.outcome = Some(Err(Caught::Panic(Box::new(panic))));
        }
        let wanted = self.scope.forget_task(self.id, self.serial);
        if !wanted {
            // What it made is dropped here rather than in the driver, which must not wait for anybody's `Drop`.
            return self.outcome = None;
        }
        self.scope.send(Message::Ended(TaskEnd {
            key: self.scope.key,
            life: self.scope.life,
            stage: self.stage,
            outcome: self.outcome.take(),
        }));
    }
}

/// Runs user code and keeps what it panics with. A panic while the finished future is dropped counts too.
pub(crate) async fn catch<T>(work: BoxFuture<Result<T, BoxError>>) -> Result<T, Caught> {
    CatchUnwind { work: Some(work) }.await
}

struct CatchUnwind<T> {
    work: Option<BoxFuture<Result<T, BoxError>>>,
}

impl<T> Future for CatchUnwind<T> {
    type Output = Result<T, Caught>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Poller<'_>) -> Poll<Self::Output> {
        let polled = panics::watch(|| {
            catch_unwind(AssertUnwindSafe(|| {
                let poll = self
                    .work
                    .as_mut()
                    .expect("polled after it ended")
                    .as_mut()
                    .poll(cx);
                if poll.is_ready() {
                    self.work = None;
                }
                poll
            }))
        });
        match polled {
            Ok(poll) => poll.map(|result| result.map_err(Caught::Error)),
            Err(payload) => {
                let panic = Panic::of(payload);
                // Whatever the future's own drop does, the first panic is the one to tell.
                self.discard();
                Poll::Ready(Err(Caught::Panic(Box::new(panic))))
            }
        }
    }
}

impl<T> CatchUnwind<T> {
    /// Drops the work, and keeps what that panics with.
    fn discard(&mut self) -> Option<Panic> {
        let work = self.work.take()?;
        let dropped = panics::watch(|| catch_unwind(AssertUnwindSafe(|| drop(work))));
        dropped.err().map(Panic::of)
    }
}

impl<T> Drop for CatchUnwind<T> {
    fn drop(&mut self) {
        self.discard();
    }
}
