//! Work that belongs to a component and goes on beside its run loop.

pub mod event;
mod gate;
pub mod mailbox;
pub mod micro;
pub mod pool;
mod priority;
mod quiet;
pub mod schedule;
mod tally;
pub mod task;
pub mod wake;

use crate::component::{BoxError, Work};
use crate::context::Context;
use crate::driver::catch_panic;

pub(crate) use gate::{Gates, Limits};
use priority::Priority;
pub(crate) use tally::Tally;

/// A method of a component that is called while the component is up.
pub(crate) type Method<C> = for<'a> fn(&'a C, &Context) -> Work<'a>;

/// The message of an error, with those of its causes.
pub(crate) fn chain(error: &BoxError) -> String {
    let text = catch_panic(|| crate::error::chain(&**error).join(": "));
    text.unwrap_or_else(|_| "an error that panics when it is printed".into())
}
