//! Components built from their fields.

use std::marker::PhantomData;
use std::sync::Arc;

use super::Component;
use crate::context::{Context, Late};
use crate::plan::Message;

/// Asks, while types are checked, how to take an injected handle; the dependency itself is checked by the walk.
#[doc(hidden)]
#[derive(Debug)]
pub struct Handle<T>(PhantomData<T>);

impl<D: Component> Handle<Arc<D>> {
    /// From the context.
    pub fn take(cx: &Context) -> Arc<D> {
        cx.expect_dependency()
    }
}

impl<D: Component> Handle<Option<Arc<D>>> {
    /// From the context.
    pub fn take(cx: &Context) -> Option<Arc<D>> {
        cx.try_get()
    }
}

impl<D: Component> Handle<Late<D>> {
    /// From the context.
    pub fn take(cx: &Context) -> Late<D> {
        cx.late()
    }
}

/// The answer for what is no handle of a component: the inherent functions of [`Handle`] win where they apply.
#[doc(hidden)]
pub trait NoHandle {
    /// There is no way.
    ///
    /// # Panics
    ///
    /// Always, and never in a program that compiles: the walk over the graph accepts handles of components only.
    fn take(_cx: &Context) -> ! {
        unreachable!("a field that cannot be injected is a compile error")
    }
}

impl<T> NoHandle for Handle<T> {}

/// Asks, while types are checked, whether a field's type has a default.
#[doc(hidden)]
#[derive(Debug)]
pub struct Field<T>(PhantomData<T>);

impl<T: Default> Field<T> {
    /// It has.
    pub const HAS: bool = true;

    /// The default.
    pub fn make() -> T {
        T::default()
    }
}

/// The answer for types without one: what is inherent in [`Field`] wins where it applies.
#[doc(hidden)]
pub trait NoDefault {
    /// It has none.
    const HAS: bool = false;

    /// There is none. Because this never returns, the compiler does not look at what would follow.
    ///
    /// # Panics
    ///
    /// Always, and never in a program that compiles: `require_fields` is checked beside it.
    fn make() -> ! {
        unreachable!("a field without a default is a compile error")
    }
}

impl<T> NoDefault for Field<T> {}

/// Panics, in const evaluation, when a component without a start hook has fields without a default.
///
/// Each field comes with its name and whether it has one.
#[track_caller]
pub(super) const fn require_fields(component: &str, fields: &[(&str, bool)]) {
    let mut missing = 0;
    let mut i = 0;
    while i < fields.len() {
        missing += !fields[i].1 as usize;
        i += 1;
    }
    if missing == 0 {
        return;
    }
    let mut message = Message::new()
        .text("`")
        .text(component)
        .text("` cannot be built from its fields: ");
    let mut shown = 0;
    let mut i = 0;
    while i < fields.len() {
        if !fields[i].1 {
            let before = if shown == 0 {
                "`"
            } else if shown + 1 == missing {
                " and `"
            } else {
                ", `"
            };
            message = message.text(before).text(fields[i].0).text("`");
            shown += 1;
        }
        i += 1;
    }
    let message = message.text(if missing == 1 { " has" } else { " have" });
    let message = message.text(
        " no `Default`; add a `#[start]` that returns `Self`, or write `#[inject]` on the handle of a dependency",
    );
    panic!("{}", message.as_str());
}
