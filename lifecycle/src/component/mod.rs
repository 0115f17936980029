//! What a component is to the framework: a declaration, and hooks.
//!
//! The attributes implement all of this; by hand it is the same traits. A component needs three things: an
//! implementation of [`Component`], an inherent `depends_on` function through which the compiler walks the graph, and
//! one [`DependsOn`] for each dependency that its hooks ask for.

mod argument;
mod custom;
mod fields;
mod hooks;
mod outcome;

pub use argument::{
    Argument, DependsLate, DependsOn, DependsOptionally, HasRoot, Loads, MainArgument,
};
pub use custom::{Custom, on, service_fn};
pub use fields::{Field, Handle, NoDefault, NoHandle};
pub use hooks::{
    Annotated, AnnotatedImplBlock, Hooks, NoAnnotatedImpl, Resource, Service, declare_resource,
    declare_service, declare_worker_pool, hooks_of, require,
};
pub use outcome::{
    BoxError, BoxFuture, Instance, Made, Outcome, Returns, Work, checked, finished, loaded, started,
};

pub(crate) use hooks::Code;

use crate::context::Context;
use crate::plan::{Declaration, Visitor};

/// A part of a program with a life of its own: `#[resource]` and `#[service]` implement it.
///
/// By hand:
///
/// ```
/// use std::sync::Arc;
/// use lifecycle::component::{finished, started, Argument, Component, DependsOn, Hooks};
/// use lifecycle::plan::{Declaration, Visitor};
/// # use lifecycle::resource;
/// # #[resource] #[derive(Default)] struct Settings;
///
/// struct Database { url: String }
///
/// impl Database {
///     async fn connect(_settings: Arc<Settings>) -> std::io::Result<Self> {
///         Ok(Self { url: "memory".into() })
///     }
///
///     async fn close(&self) {}
///
///     /// Tells the compiler what comes first.
///     pub const fn depends_on(visitor: &mut Visitor<'_>) {
///         if visitor.enter(<Self as Component>::DECLARATION) {
///             Settings::depends_on(visitor);
///             visitor.leave();
///         }
///     }
/// }
///
/// impl DependsOn<Settings> for Database {}
///
/// impl Component for Database {
///     type Itself = Self;
///     const DECLARATION: &'static Declaration = &Declaration::resource("Database", module_path!(), line!(), column!())
///         .hooks(const { &Hooks::new()
///             .start(|cx| started::<Self, _>(async move { Self::connect(Argument::<Self>::take(&cx)).await }))
///             .stop(|this, _| finished(async move { this.of::<Self>().close().await })) });
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a lifecycle component",
    label = "not a lifecycle component",
    note = "annotate the struct with `#[lifecycle::resource]` or `#[lifecycle::service]`"
)]
pub trait Component: Send + Sync + Sized + 'static {
    /// Always `Self`. Through it, a dependency that is no component is one compile error, not two.
    type Itself;

    /// Name, kind, policies and hooks.
    const DECLARATION: &'static Declaration;

    /// Makes the component of its fields, where the attribute on the struct found no start hook.
    #[doc(hidden)]
    fn from_fields(_cx: &Context) -> Self {
        unreachable!("a component by hand brings a start hook")
    }
}

/// Answers `T::depends_on` for a type that is no component, whose one error is that it is none.
///
/// A component's own inherent function wins over this one, and this one is never called: it is not const.
#[doc(hidden)]
pub trait NotAComponent {
    /// Does nothing.
    fn depends_on(_visitor: &mut Visitor<'_>) {}
}

#[diagnostic::do_not_recommend]
impl<T: ?Sized> NotAComponent for T {}
