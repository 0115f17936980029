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

use crate::component::Work;
use crate::context::Context;

pub(crate) use gate::{Gates, Limits};
use priority::Priority;
pub(crate) use quiet::{Quiet, Untold};
pub(crate) use tally::Tally;

/// A method of a component that is called while the component is up.
pub(crate) type Method<C> = for<'a> fn(&'a C, &Context) -> Work<'a>;
