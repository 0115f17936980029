//! One task of a component: user code behind a guard.

use std::error::Error as StdError;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context as Poller, Poll, Waker};

use tracing::Span;

use super::panics::{self, Panic};
use super::watch::Mark;
use super::{Message, Scope};
use crate::component::{BoxError, BoxFuture, Code, Instance};
use crate::context::Context;
use crate::engine::{Ending, Key};
use crate::error::{Error, RestartNow, chain};
use crate::plan::Stage;

/// How a piece of user code failed.
pub(crate) enum Caught {
    Error(BoxError),
    Panic(Box<Panic>),
    /// Not the start hook, but the load hook that is called before it when a component is built anew.
    InLoad(Box<Self>),
}

impl Caught {
    pub(crate) fn ending(&self) -> Ending {
        match self {
            Self::InLoad(caught) => caught.ending(),
            Self::Error(error) if RestartNow::is_asked_for_by(&**error) => Ending::RestartNow,
            Self::Error(_) => Ending::Error,
            Self::Panic(_) => Ending::Panic,
        }
    }

    /// What went wrong, in a line; `who` panicked, if it is that. As [`text_of`], it wants no lock around it.
    pub(crate) fn text(self, who: &str) -> String {
        match self {
            Self::Error(error) => text_of(error),
            Self::InLoad(caught) => caught.text(who),
            Self::Panic(panic) => match panic.location {
                Some(location) => format!("{who} panicked: {} (at {location})", panic.message),
                None => format!("{who} panicked: {}", panic.message),
            },
        }
    }

    #[cfg(feature = "testing")]
    fn into_boxed(self) -> BoxError {
        match self {
            Self::Error(error) => error,
            Self::Panic(panic) => panic.message.into(),
            Self::InLoad(caught) => caught.into_boxed(),
        }
    }

    pub(crate) fn into_error(self, component: &str, stage: Stage) -> Error {
        let component = component.to_owned();
        match self {
            Self::InLoad(caught) => caught.into_error(&component, Stage::Load),
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
    /// It was the life's step, rather than something beside it.
    pub(crate) is_step: bool,
    pub(crate) stage: Stage,
    /// The same as `outcome`, for the engine.
    pub(crate) ending: Ending,
    /// `None` when the task was dropped before it ended.
    pub(crate) outcome: Option<Result<Option<Instance>, Caught>>,
}

/// What a task does: a hook, which is called at the first poll, or anything.
pub(crate) enum Work {
    /// Calls the load or the start hook.
    Make,
    /// Calls the start hook once this has given what was loaded.
    LoadAndMake(Loading),
    /// Calls a hook of the started component.
    Call(Instance),
    /// A hook under way that gives a value.
    Making(BoxFuture<Result<Instance, BoxError>>),
    /// A hook under way that gives none.
    Calling(BoxFuture<Result<(), BoxError>>),
    /// A task whose panics are caught already.
    Caught(BoxFuture<Result<Option<Instance>, Caught>>),
    /// Anything else.
    Any(BoxFuture<Result<Option<Instance>, BoxError>>),
    /// It is over.
    Gone,
}

/// What the load hook gives.
pub(super) type Loading = BoxFuture<Result<Option<Instance>, BoxError>>;

/// Calls the load hook, when it is polled.
pub(super) fn load(scope: Arc<Scope>) -> Loading {
    Box::pin(async move {
        let cx = Context::new(Arc::clone(&scope));
        let code = Code::of(scope.shared.node(scope.key));
        code.make(Stage::Load, cx).await.map(Some)
    })
}

/// A component that is built anew loads anew: its first start has taken what was loaded.
async fn load_and_start(scope: Arc<Scope>, load: Loading) -> Result<Option<Instance>, Caught> {
    let loaded = catch(load).await;
    let loaded = loaded.map_err(|caught| Caught::InLoad(Box::new(caught)))?;
    scope.shared.set_loaded(scope.key, loaded);
    let cx = Context::new(Arc::clone(&scope));
    let code = Code::of(scope.shared.node(scope.key));
    let started = code.make(Stage::Start, cx).await;
    started.map(Some).map_err(Caught::Error)
}

#[cfg(feature = "testing")]
impl Work {
    /// The same as one future, for what is put around it.
    pub(super) fn boxed(
        mut self,
        scope: Arc<Scope>,
        stage: Stage,
    ) -> BoxFuture<Result<Option<Instance>, BoxError>> {
        Box::pin(std::future::poll_fn(move |cx| {
            let poll = self.poll(&scope, stage, cx);
            poll.map_err(Caught::into_boxed)
        }))
    }
}

impl Work {
    fn poll(
        &mut self,
        scope: &Arc<Scope>,
        stage: Stage,
        cx: &mut Poller<'_>,
    ) -> Poll<Result<Option<Instance>, Caught>> {
        let code = || Code::of(scope.shared.node(scope.key));
        let context = || Context::new(Arc::clone(scope));
        match std::mem::replace(self, Self::Gone) {
            Self::LoadAndMake(load) => {
                *self = Self::Caught(Box::pin(load_and_start(Arc::clone(scope), load)));
            }
            Self::Make => *self = Self::Making(code().make(stage, context())),
            Self::Call(instance) => {
                *self = Self::Calling(code().work(stage, instance, context()));
            }
            other => *self = other,
        }
        let poll = match self {
            Self::Making(hook) => hook.as_mut().poll(cx).map_ok(Some).map_err(Caught::Error),
            Self::Calling(hook) => {
                let poll = hook.as_mut().poll(cx);
                poll.map_ok(|()| None).map_err(Caught::Error)
            }
            Self::Caught(task) => task.as_mut().poll(cx),
            Self::Any(work) => work.as_mut().poll(cx).map_err(Caught::Error),
            Self::Make | Self::LoadAndMake(_) | Self::Call(_) | Self::Gone => {
                unreachable!("polled after it ended")
            }
        };
        if poll.is_ready() {
            *self = Self::Gone;
            let made = stage == Stage::Start && matches!(poll, Poll::Ready(Ok(_)));
            if made && code().has(Stage::Load) {
                // What the load hook gave has done its work; its `Drop` is the component's own code too.
                drop(scope.shared.take_loaded(scope.key));
            }
        }
        poll
    }
}

/// Which task of a life it is.
#[derive(Clone, Copy)]
pub(super) enum Place {
    Step { number: u32 },
    Beside { id: usize, serial: u64 },
}

/// A task: user code, and a guard that says that it ended, whatever ends it.
pub(super) struct Guard {
    scope: Arc<Scope>,
    stage: Stage,
    place: Place,
    work: Work,
    /// Around the code, wherever it runs, if anybody wants one.
    span: Option<Box<Span>>,
    outcome: Option<Result<Option<Instance>, Caught>>,
    ended: bool,
}

impl Guard {
    pub(super) fn new(
        scope: Arc<Scope>,
        stage: Stage,
        place: Place,
        work: Work,
        span: Span,
    ) -> Self {
        Self {
            scope,
            stage,
            place,
            work,
            span: wanted(span),
            outcome: None,
            ended: false,
        }
    }

    /// Polls a step for the first time. If that does not end it, it gets a task of its own.
    pub(super) fn begin(mut self) -> Option<TaskEnd> {
        let Place::Step { number } = self.place else {
            unreachable!("what goes on beside a step is a task from the first")
        };
        self.span = wanted(self.scope.span(self.stage, ""));
        // Its own task polls it again at once, so this waker has nobody to wake.
        let mut nobody = Poller::from_waker(Waker::noop());
        if self.scope.is_aborted(number) || Pin::new(&mut self).poll(&mut nobody).is_ready() {
            return self.end();
        }
        let scope = Arc::clone(&self.scope);
        scope.detach(number, self);
        None
    }

    /// Ends the task, and says how, once, to whom wants to know.
    fn end(&mut self) -> Option<TaskEnd> {
        if std::mem::replace(&mut self.ended, true) {
            return None;
        }
        // Aborted, the work is dropped here, and that may panic.
        if let Some(panic) = self.discard() {
            self.outcome = Some(Err(Caught::Panic(Box::new(panic))));
        }
        if let Place::Beside { id, serial } = self.place {
            self.scope.forget_task(id, serial);
        }
        let outcome = self.outcome.take();
        if self.scope.is_over() {
            // What it made is dropped here rather than in the driver, which must not wait for anybody's `Drop`.
            let _ = catch_panic(|| drop(outcome));
            return None;
        }
        let ending = match &outcome {
            None => Ending::Cancelled,
            Some(Ok(_)) => Ending::Ok,
            // It looks at the sources of the user's error, which is code of theirs.
            Some(Err(caught)) => catch_panic(|| caught.ending()).unwrap_or(Ending::Error),
        };
        Some(TaskEnd {
            ending,
            key: self.scope.key,
            life: self.scope.life,
            is_step: matches!(self.place, Place::Step { .. }),
            stage: self.stage,
            outcome,
        })
    }
}

impl Future for Guard {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Poller<'_>) -> Poll<()> {
        let mark = self.mark();
        let Self {
            scope,
            stage,
            work,
            span,
            ..
        } = &mut *self;
        let polled = catch_panic(|| {
            let _entered = span.as_deref().map(Span::enter);
            Context::new(Arc::clone(scope)).around(|| work.poll(scope, *stage, cx))
        });
        drop(mark);
        let outcome = match polled {
            Ok(Poll::Pending) => return Poll::Pending,
            Ok(Poll::Ready(result)) => result,
            Err(panic) => {
                // Whatever the future's own drop does, the first panic is the one to tell.
                self.discard();
                Err(Caught::Panic(Box::new(panic)))
            }
        };
        self.outcome = Some(outcome);
        Poll::Ready(())
    }
}

impl Guard {
    /// Notes down that this thread is with it, for the watch.
    fn mark(&self) -> Option<Mark> {
        let watched = self.scope.shared.watched.as_ref()?;
        watched.mark(self.scope.key, self.stage)
    }

    /// Drops the work, and keeps what that panics with.
    fn discard(&mut self) -> Option<Panic> {
        let work = match std::mem::replace(&mut self.work, Work::Gone) {
            Work::Gone | Work::Make => return None,
            work => work,
        };
        let context = Context::new(Arc::clone(&self.scope));
        let _mark = self.mark();
        let drop_it = || {
            let _entered = self.span.as_deref().map(Span::enter);
            context.around(|| drop(work));
        };
        catch_panic(drop_it).err()
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        if let Some(end) = self.end() {
            self.scope.send(Message::Ended(end));
        }
    }
}

/// A span is large, and mostly nobody wants any.
fn wanted(span: Span) -> Option<Box<Span>> {
    (!span.is_disabled()).then(|| Box::new(span))
}

/// Calls user code, and keeps what it panics with.
pub(crate) fn catch_panic<T>(f: impl FnOnce() -> T) -> Result<T, Panic> {
    panics::watch(|| catch_unwind(AssertUnwindSafe(f))).map_err(Panic::of)
}

/// Drops values of the user's one by one, whatever each does; gives the first panic.
pub(crate) fn drop_each<T>(values: impl IntoIterator<Item = T>) -> Option<Panic> {
    let mut first = None;
    for value in values {
        if let Err(panic) = catch_panic(|| drop(value)) {
            first.get_or_insert(panic);
        }
    }
    first
}

/// What is told in place of an error that cannot be.
const UNPRINTABLE: &str = "an error that panics when it is printed";

/// The message of an error, with those of its causes.
///
/// To print it and to drop it runs the user's code: no lock may be held meanwhile, and a panic of either goes no further.
pub(crate) fn text_of(error: BoxError) -> String {
    let text = words_of(&*error);
    let _ = catch_panic(|| drop(error));
    text
}

/// The same, where the error is still needed.
pub(crate) fn words_of(error: &(dyn StdError + 'static)) -> String {
    let text = catch_panic(|| chain(error).join(": "));
    text.unwrap_or_else(|_| UNPRINTABLE.to_owned())
}

/// Runs user code and keeps what it panics with. A panic while the finished future is dropped counts too.
pub(crate) async fn catch<T>(work: Borrowing<'_, Result<T, BoxError>>) -> Result<T, Caught> {
    CatchUnwind { work: Some(work) }.await
}

/// A hook under way that may borrow from who called it.
type Borrowing<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

struct CatchUnwind<'a, T> {
    work: Option<Borrowing<'a, Result<T, BoxError>>>,
}

impl<T> Future for CatchUnwind<'_, T> {
    type Output = Result<T, Caught>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Poller<'_>) -> Poll<Self::Output> {
        let polled = catch_panic(|| {
            let work = self.work.as_mut().expect("polled after it ended");
            let poll = work.as_mut().poll(cx);
            if poll.is_ready() {
                self.work = None;
            }
            poll
        });
        match polled {
            Ok(poll) => poll.map(|result| result.map_err(Caught::Error)),
            Err(panic) => {
                // Whatever the future's own drop does, the first panic is the one to tell.
                self.discard();
                Poll::Ready(Err(Caught::Panic(Box::new(panic))))
            }
        }
    }
}

impl<T> CatchUnwind<'_, T> {
    /// Drops the work, and with it the panic that this may end with: it is not the one to tell.
    fn discard(&mut self) {
        if let Some(work) = self.work.take() {
            let _ = catch_panic(|| drop(work));
        }
    }
}

impl<T> Drop for CatchUnwind<'_, T> {
    fn drop(&mut self) {
        self.discard();
    }
}
