//! What reaches the driver.

use tokio::sync::oneshot;

use super::Added;
use super::task::{Caught, TaskEnd};
use crate::component::BoxError;
use crate::context::AddError;
use crate::engine::{Input, Key, Refusal, Request};
use crate::plan::{PlanBuilder, Stage};

/// What reaches the driver.
pub(crate) enum Message {
    /// An input of the app.
    Input(Input),
    /// An input of one life of a component: stale ones are dropped.
    OfLife(u32, Input),
    /// A task of a component ended.
    Ended(TaskEnd),
    /// Look again: steps ended, a deadline is nearer, or all is over.
    Wake,
    /// The app is asked to stop.
    Shutdown(String),
    /// A change is asked for.
    Ask(Request, oneshot::Sender<Result<(), Refusal>>),
    /// Components are to be added.
    Add(PlanBuilder, oneshot::Sender<Result<Vec<Added>, AddError>>),
    /// A component says what it is doing.
    Note(Key, String),
    /// How well a component is has changed.
    Health(Key),
    /// Something failed that fails nothing else.
    Problem(Key, Stage, BoxError),
    /// A cleanup failed; others go on.
    CleanupFailed(Key, Caught),
    /// A cleanup of the app was registered while these run.
    AppCleanup,
    /// A supervised task ended, and is restarted.
    TaskRestarts {
        key: Key,
        caught: Option<Caught>,
        words: String,
    },
}
