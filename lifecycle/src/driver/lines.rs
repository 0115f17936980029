//! Where lines of the log go that are written on other threads.

use tracing::dispatcher::{Dispatch, get_default, with_default};
use tracing::subscriber::NoSubscriber;

/// The subscriber of one thread, for others; none, if lines go there where they go for all.
#[derive(Clone)]
pub(crate) struct Lines(Option<Dispatch>);

impl Lines {
    /// That of this thread.
    pub(crate) fn here() -> Self {
        Self(Some(get_default(Clone::clone)).filter(|log| !log.is::<NoSubscriber>()))
    }

    /// Calls `f`, whose lines go there.
    pub(crate) fn around<T>(&self, f: impl FnOnce() -> T) -> T {
        match &self.0 {
            Some(log) => with_default(log, f),
            None => f(),
        }
    }
}
