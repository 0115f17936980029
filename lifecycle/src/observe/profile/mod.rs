//! Where the time of a start and of a stop went.

mod path;
mod start;
mod stop;
mod sum;
mod table;
#[cfg(feature = "svg")]
mod waterfall;

#[cfg(test)]
mod tests;

pub use path::CriticalStep;
pub(crate) use path::Needs;
pub(crate) use start::StartTimes;
pub use start::{StartProfile, StartRow};
pub(crate) use stop::{Stop, StopTimes};
pub use stop::{StopProfile, StopRow};
