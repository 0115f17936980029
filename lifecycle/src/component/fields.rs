//! Components built from their fields.

use std::marker::PhantomData;

use super::hooks::Hooks;

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
/// Never in a program that compiles: [`require_field`] is checked beside it.
#[doc(hidden)]
#[track_caller]
pub fn field<T>(default: Option<fn() -> T>) -> T {
    match default {
        Some(default) => default(),
        None => unreachable!("a field without a default is a compile error"),
    }
}

/// Panics, in const evaluation, with `message` when a field can be built neither by a start hook nor by default.
#[doc(hidden)]
#[track_caller]
pub const fn require_field(hooks: &Hooks, has_default: bool, message: &'static str) {
    if !hooks.has_start() && !has_default {
        panic!("{}", message);
    }
}
