//! How well components are, and the app with them.

mod book;
mod check;
pub(crate) mod group;
mod handle;
mod report;
mod run;
mod value;
pub(crate) mod watch;

pub(crate) use book::{Book, Told};
pub use group::{Failing, Group};
pub(crate) use group::{Standing, failing_app};
pub use handle::{ConditionGuard, Finding, Handle};
pub use report::{Answer, ComponentHealth, Condition, Noted, Report};
pub(crate) use run::check_until_shutdown;
pub use value::{Health, HealthChange, Level};
