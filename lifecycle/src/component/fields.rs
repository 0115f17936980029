//! Components built from their fields.

use std::marker::PhantomData;
use std::sync::Arc;

use super::Component;
use super::hooks::Hooks;
use crate::context::{Context, Late};
use crate::plan::Message;

type Take<T> = fn(&Context) -> T;

/// Asks, in const evaluation, how to take an injected handle; the dependency itself is checked by the walk.
#[doc(hidden)]
#[derive(Debug)]
pub struct Handle<T>(PhantomData<T>);

impl<D: Component> Handle<Arc<D>> {
    /// From the context.
    pub const TAKE: Option<Take<Arc<D>>> = Some(Context::expect_dependency);
}

impl<D: Component> Handle<Option<Arc<D>>> {
    /// From the context.
    pub const TAKE: Option<Take<Option<Arc<D>>>> = Some(Context::try_get);
}

impl<D: Component> Handle<Late<D>> {
    /// From the context.
    pub const TAKE: Option<Take<Late<D>>> = Some(Context::late);
}

/// The answer for what is no handle of a component: the inherent constants of [`Handle`] win where they apply.
#[doc(hidden)]
pub trait NoHandle<T> {
    /// There is no way.
    const TAKE: Option<Take<T>> = None;
}

impl<T> NoHandle<T> for Handle<T> {}

/// The value of an injected field.
///
/// # Panics
///
/// Never in a program that compiles: the walk over the graph accepts handles of components only.
#[doc(hidden)]
#[track_caller]
pub fn injected<T>(take: Option<Take<T>>, cx: &Context) -> T {
    match take {
        Some(take) => take(cx),
        None => unreachable!("a field that cannot be injected is a compile error"),
    }
}

/// Asks, in const evaluation, whether a field's type has a default.
#[doc(hidden)]
#[derive(Debug)]
pub struct Field<T>(PhantomData<T>);

impl<T: Default> Field<T> {
    /// Makes the default.
    pub const DEFAULT: Option<fn() -> T> = Some(T::default);
}

/// The answer for types without one: the inherent constant of [`Field`] wins where it applies.
#[doc(hidden)]
pub trait NoDefault<T> {
    /// There is none.
    const DEFAULT: Option<fn() -> T> = None;
}

impl<T> NoDefault<T> for Field<T> {}

/// The value of a field that is not injected.
///
/// # Panics
///
/// Never in a program that compiles: [`require_fields`] is checked beside it.
#[doc(hidden)]
#[track_caller]
pub fn field<T>(default: Option<fn() -> T>) -> T {
    match default {
        Some(default) => default(),
        None => unreachable!("a field without a default is a compile error"),
    }
}

/// Panics, in const evaluation, when a component has no start hook and fields that have no default.
///
/// Each field comes with its name and whether it has one.
#[doc(hidden)]
#[track_caller]
pub const fn require_fields(component: &str, hooks: &Hooks, fields: &[(&str, bool)]) {
    let mut missing = 0;
    let mut i = 0;
    while i < fields.len() {
        missing += !fields[i].1 as usize;
        i += 1;
    }
    if hooks.has_start() || missing == 0 {
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
