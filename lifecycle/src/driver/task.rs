//! One task of a component: user code behind a guard.

use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context as Poller, Poll};

use super::panics::{self, Panic};
use super::{Message, Scope};
use crate::component::{BoxError, Instance};
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

/// Says that a task ended, whatever ends it.
pub(super) struct Guard {
    scope: Arc<Scope>,
    id: usize,
    serial: u64,
    stage: Stage,
    outcome: Option<Result<Option<Instance>, Caught>>,
}

impl Guard {
    pub(super) fn new(scope: Arc<Scope>, id: usize, serial: u64, stage: Stage) -> Self {
        Self {
            scope,
            id,
            serial,
            stage,
            outcome: None,
        }
    }

    pub(super) async fn run(
        mut self,
        work: impl Future<Output = Result<Option<Instance>, BoxError>>,
    ) {
        self.outcome = Some(catch(work).await);
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        self.scope.forget_task(self.id, self.serial);
        self.scope.send(Message::Ended(TaskEnd {
            key: self.scope.key,
            life: self.scope.life,
            stage: self.stage,
            outcome: self.outcome.take(),
        }));
    }
}

/// Runs user code and keeps what it panics with. A panic while the finished future is dropped counts too.
pub(crate) async fn catch<T>(work: impl Future<Output = Result<T, BoxError>>) -> Result<T, Caught> {
    let mut work = Watched(pin!(Some(work)));
    poll_fn(|cx| work.poll(cx)).await
}

/// A future whose panics are caught, wherever it panics: when it is polled, and when it is dropped.
struct Watched<'a, F>(Pin<&'a mut Option<F>>);

impl<F, T> Watched<'_, F>
where
    F: Future<Output = Result<T, BoxError>>,
{
    fn poll(&mut self, cx: &mut Poller<'_>) -> Poll<Result<T, Caught>> {
        let polled = caught(|| {
            let work = self.0.as_mut().as_pin_mut();
            let poll = work.expect("polled after it ended").poll(cx);
            if poll.is_ready() {
                self.0.set(None);
            }
            poll
        });
        match polled {
            Ok(poll) => poll.map(|result| result.map_err(Caught::Error)),
            Err(payload) => {
                let panic = Panic::of(payload);
                // Whatever the future's own drop does, the first panic is the one to tell.
                let _ = caught(|| self.0.set(None));
                Poll::Ready(Err(Caught::Panic(Box::new(panic))))
            }
        }
    }
}

impl<F> Drop for Watched<'_, F> {
    fn drop(&mut self) {
        if self.0.is_some() {
            let _ = caught(|| self.0.set(None));
        }
    }
}

fn caught<T>(f: impl FnOnce() -> T) -> std::thread::Result<T> {
    panics::watch(|| catch_unwind(AssertUnwindSafe(f)))
}
