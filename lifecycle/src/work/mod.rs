//! Work that belongs to a component and goes on beside its run loop.

use crate::component::{BoxError, Work};
use crate::context::Context;
use crate::driver::catch_panic;

pub mod event;
pub mod pool;
pub mod schedule;

/// A method of a component that is called while the component is up.
pub(crate) type Method<C> = for<'a> fn(&'a C, &Context) -> Work<'a>;

/// The message of an error, with those of its causes.
pub(crate) fn chain(error: &BoxError) -> String {
    let text = catch_panic(|| {
        let mut text = error.to_string();
        let mut cause = error.source();
        while let Some(error) = cause {
            text.push_str(": ");
            text.push_str(&error.to_string());
            cause = error.source();
        }
        text
    });
    text.unwrap_or_else(|_| "an error that panics when it is printed".into())
}
