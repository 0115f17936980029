//! What a hook may take.

use std::sync::Arc;

use super::Component;
use crate::context::{Context, Late, Loaded, Shutdown};

/// The component declares `D` in `depends_on`, so its hooks may take `Arc<D>`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not depend on `{D}`",
    label = "not a declared dependency of `{Self}`",
    note = "add `{D}` to `depends_on` of `{Self}`"
)]
pub trait DependsOn<D> {}

/// The component declares `optional(D)`, so its hooks may take `Option<Arc<D>>`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not depend on `{D}` optionally",
    label = "not an optional dependency of `{Self}`",
    note = "add `optional({D})` to `depends_on` of `{Self}`"
)]
pub trait DependsOptionally<D> {}

/// The component declares `late(D)`, so its hooks may take `Late<D>`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not depend on `{D}` late",
    label = "not a late dependency of `{Self}`",
    note = "add `late({D})` to `depends_on` of `{Self}`"
)]
pub trait DependsLate<D> {}

/// The component's load hook gives a `T`.
#[diagnostic::on_unimplemented(
    message = "the load hook of `{Self}` does not return `{T}`",
    label = "not what `#[load]` returns",
    note = "take `Loaded<T>` with the type that `#[load]` of `{Self}` returns"
)]
pub trait Loads<T> {}

/// What a hook of the component `C` may take as a parameter.
#[diagnostic::on_unimplemented(
    message = "a hook of `{C}` cannot take `{Self}`",
    label = "neither a handle of a declared dependency of `{C}` nor something that every hook may take",
    note = "write `depends_on = [T]` on `{C}` to take `Arc<T>`, or `Queue<T>` if `T` is a worker pool, `optional(T)` there to take `Option<Arc<T>>`, and `late(T)` to take `Late<T>`",
    note = "every hook may take `Context` and `Shutdown`"
)]
pub trait Argument<C>: Sized {
    /// Takes it from the component's context.
    fn take(cx: &Context) -> Self;
}

#[diagnostic::do_not_recommend]
impl<C: DependsOn<D>, D: Component> Argument<C> for Arc<D> {
    fn take(cx: &Context) -> Self {
        cx.expect_dependency::<D>()
    }
}

#[diagnostic::do_not_recommend]
impl<C: DependsOptionally<D>, D: Component> Argument<C> for Option<Arc<D>> {
    fn take(cx: &Context) -> Self {
        cx.try_get::<D>()
    }
}

#[diagnostic::do_not_recommend]
impl<C: DependsLate<D>, D: Component> Argument<C> for Late<D> {
    fn take(cx: &Context) -> Self {
        cx.late()
    }
}

#[diagnostic::do_not_recommend]
impl<C: Loads<T>, T: Send + Sync + 'static> Argument<C> for Loaded<T> {
    fn take(cx: &Context) -> Self {
        cx.loaded()
    }
}

#[diagnostic::do_not_recommend]
impl<C> Argument<C> for Context {
    fn take(cx: &Context) -> Self {
        cx.clone()
    }
}

#[diagnostic::do_not_recommend]
impl<C: Component> Argument<C> for Context<C> {
    fn take(cx: &Context) -> Self {
        cx.clone().typed()
    }
}

#[diagnostic::do_not_recommend]
impl<C> Argument<C> for Shutdown {
    fn take(cx: &Context) -> Self {
        cx.shutdown()
    }
}

/// The app names `D` among its roots, so `main` may take `Arc<D>`.
#[doc(hidden)]
pub trait HasRoot<D> {}

/// What the app's `main` may take as a parameter; `M` stands for that `main`.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`main` cannot take `{Self}`",
    label = "neither a root of this app nor the app's `Context`",
    note = "`main` may take `Context`, and `Arc<T>` for each `T` in `services = [..]`, or `Queue<T>` if that is a worker pool"
)]
pub trait MainArgument<M>: Sized {
    /// The identity of the root that it holds, or 0.
    const ID: u64 = 0;

    /// Takes it from the context of `main`.
    fn take(cx: &Context) -> Self;
}

#[diagnostic::do_not_recommend]
impl<M: HasRoot<D>, D: Component> MainArgument<M> for Arc<D> {
    const ID: u64 = D::DECLARATION.id;

    fn take(cx: &Context) -> Self {
        cx.expect_dependency::<D>()
    }
}

#[diagnostic::do_not_recommend]
impl<M> MainArgument<M> for Context {
    fn take(cx: &Context) -> Self {
        cx.clone()
    }
}
