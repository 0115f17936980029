//! What hooks return, made one.

use std::any::{Any, type_name};
use std::error::Error;
use std::fmt;
use std::future::{Future, ready};
use std::marker::PhantomData;
use std::mem::needs_drop;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context as Poller, Poll};

use super::Component;
use crate::context::Context;
use crate::health::Health;

/// Any error, as the framework keeps it.
pub type BoxError = Box<dyn Error + Send + Sync>;

/// A hook under way.
pub type BoxFuture<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// A hook under way that gives a value for later hooks.
#[doc(hidden)]
pub type Made = BoxFuture<Result<Instance, BoxError>>;

/// A started component, shared with those that depend on it.
#[derive(Clone)]
pub struct Instance {
    value: Arc<dyn Any + Send + Sync>,
    needs_drop: bool,
}

impl Instance {
    /// Wraps a value.
    pub fn new<C: Send + Sync + 'static>(value: C) -> Self {
        Self {
            value: Arc::new(value),
            needs_drop: needs_drop::<C>(),
        }
    }

    /// The value as what it is.
    ///
    /// # Panics
    ///
    /// If it is not a `C`.
    #[track_caller]
    pub fn of<C: Send + Sync + 'static>(self) -> Arc<C> {
        match self.value.downcast() {
            Ok(value) => value,
            Err(_) => wrong_type(type_name::<C>()),
        }
    }

    /// The same, borrowed.
    ///
    /// # Panics
    ///
    /// If it is not a `C`.
    #[track_caller]
    pub fn get<C: Send + Sync + 'static>(&self) -> &C {
        match self.value.downcast_ref() {
            Some(value) => value,
            None => wrong_type(type_name::<C>()),
        }
    }

    /// Whether dropping the value runs code.
    pub(crate) fn needs_drop(&self) -> bool {
        self.needs_drop
    }
}

#[cold]
#[track_caller]
fn wrong_type(wanted: &str) -> ! {
    panic!("the instance is not a `{wanted}`")
}

impl fmt::Debug for Instance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Instance(..)")
    }
}

/// What a hook may return where a `T` is wanted: a `T`, or a `Result` with any error that can be boxed.
#[diagnostic::on_unimplemented(
    message = "this hook cannot return `{Self}`",
    label = "a hook returns `{T}` or a `Result` of it",
    note = "the error of the `Result` is any type that implements `std::error::Error + Send + Sync`"
)]
pub trait Outcome<T> {
    /// The value, or the error as the framework keeps it.
    ///
    /// # Errors
    ///
    /// The hook's own.
    fn outcome(self) -> Result<T, BoxError>;

    /// The same for a boxed hook that gives a value for later hooks.
    #[doc(hidden)]
    fn awaited(hook: BoxFuture<Self>) -> BoxFuture<Result<Instance, BoxError>>
    where
        Self: Sized + 'static,
        T: Send + Sync + 'static,
    {
        Box::pin(Awaited {
            hook,
            value: PhantomData,
        })
    }

    /// The same for a hook that is not async.
    #[doc(hidden)]
    fn at_once(self) -> BoxFuture<Result<Instance, BoxError>>
    where
        Self: Sized,
        T: Send + Sync + 'static,
    {
        Box::pin(ready(self.outcome().map(Instance::new)))
    }

    /// The same for a boxed hook that borrows the component and gives nothing.
    #[doc(hidden)]
    fn worked<'a>(
        hook: Pin<Box<dyn Future<Output = Self> + Send + 'a>>,
    ) -> Pin<Box<dyn Future<Output = Result<T, BoxError>> + Send + 'a>>
    where
        Self: Sized + 'a,
        T: 'a,
    {
        Box::pin(async move { hook.await.outcome() })
    }

    /// The same for a hook that is not async and gives nothing.
    #[doc(hidden)]
    fn done<'a>(self) -> Pin<Box<dyn Future<Output = Result<T, BoxError>> + Send + 'a>>
    where
        Self: Sized,
        T: Send + 'a,
    {
        Box::pin(ready(self.outcome()))
    }
}

#[diagnostic::do_not_recommend]
impl<T> Outcome<T> for T {
    fn outcome(self) -> Result<T, BoxError> {
        Ok(self)
    }
}

#[diagnostic::do_not_recommend]
impl<T, E: Into<BoxError>> Outcome<T> for Result<T, E> {
    fn outcome(self) -> Result<T, BoxError> {
        self.map_err(Into::into)
    }
}

/// A health check that returns nothing found nothing wrong.
#[diagnostic::do_not_recommend]
impl Outcome<Health> for () {
    fn outcome(self) -> Result<Health, BoxError> {
        Ok(Health::healthy())
    }
}

#[diagnostic::do_not_recommend]
impl<E: Into<BoxError>> Outcome<Health> for Result<(), E> {
    fn outcome(self) -> Result<Health, BoxError> {
        self.map(|()| Health::healthy()).map_err(Into::into)
    }
}

/// A hook that gives a value. Each component has one of its own, and an async block would be three times the code.
struct Awaited<O, T> {
    hook: BoxFuture<O>,
    value: PhantomData<fn() -> T>,
}

impl<T: Send + Sync + 'static, O: Outcome<T>> Future for Awaited<O, T> {
    type Output = Result<Instance, BoxError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Poller<'_>) -> Poll<Self::Output> {
        let hook = self.hook.as_mut();
        hook.poll(cx)
            .map(|output| output.outcome().map(Instance::new))
    }
}

/// Names the type of what never returns, for which stable Rust has no name.
#[doc(hidden)]
pub trait Returns {
    /// What a function returns.
    type Value;
}

impl<T> Returns for fn() -> T {
    type Value = T;
}

type Never = <fn() -> ! as Returns>::Value;

/// A loop without an end is a fine run loop, or a task.
#[diagnostic::do_not_recommend]
impl Outcome<()> for Never {
    fn outcome(self) -> Result<(), BoxError> {
        self
    }
}

/// Boxes a start hook of `C`.
pub fn started<C: Component, O: Outcome<C>>(
    hook: impl Future<Output = O> + Send + 'static,
) -> BoxFuture<Result<Instance, BoxError>> {
    loaded(hook)
}

/// Boxes a load hook that gives a `T`.
pub fn loaded<T: Send + Sync + 'static, O: Outcome<T>>(
    hook: impl Future<Output = O> + Send + 'static,
) -> BoxFuture<Result<Instance, BoxError>> {
    Box::pin(async move { hook.await.outcome().map(Instance::new) })
}

/// Boxes a hook that gives nothing: run, drain and stop.
pub fn finished<O: Outcome<()>>(
    hook: impl Future<Output = O> + Send + 'static,
) -> BoxFuture<Result<(), BoxError>> {
    Box::pin(async move { hook.await.outcome() })
}

/// Boxes a health check.
pub fn checked<O: Outcome<Health>>(
    hook: impl Future<Output = O> + Send + 'static,
) -> BoxFuture<Result<Health, BoxError>> {
    Box::pin(async move { hook.await.outcome() })
}

/// Boxes a component that is made out of its fields.
pub(super) fn made<C: Send + Sync + 'static>(value: C) -> BoxFuture<Result<Instance, BoxError>> {
    Box::pin(ready(Ok(Instance::new(value))))
}

/// A hook under way that borrows the component.
#[doc(hidden)]
pub type Work<'a, T = ()> = Pin<Box<dyn Future<Output = Result<T, BoxError>> + Send + 'a>>;

/// Calls a hook. The future that owns what the hook borrows is made here, once for all components.
pub(super) fn on<T: 'static>(
    this: Instance,
    cx: Context,
    hook: for<'a> fn(&'a Instance, &Context) -> Work<'a, T>,
) -> BoxFuture<Result<T, BoxError>> {
    Box::pin(async move { hook(&this, &cx).await })
}
