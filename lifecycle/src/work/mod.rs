//! Work that belongs to a component and goes on beside its run loop.

mod gate;
pub mod mailbox;
pub mod micro;
pub mod pool;
mod priority;
mod tally;
pub mod task;
pub mod wake;

pub(crate) use gate::{Gates, Limits};
use priority::Priority;
pub(crate) use tally::Tally;
