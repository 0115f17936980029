//! Work that belongs to a component and goes on beside its run loop.

use crate::component::Work;
use crate::context::Context;

pub mod pool;
pub mod schedule;

/// A method of a component that is called while the component is up.
pub(crate) type Method<C> = for<'a> fn(&'a C, &Context) -> Work<'a>;
