//! What load hooks hand over.

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

/// What the component's `#[load]` hook returned, as a parameter of its `#[start]` hook.
///
/// A start that is tried again gets the same value again.
pub struct Loaded<T>(Arc<T>);

impl<T> Loaded<T> {
    pub(crate) fn new(value: Arc<T>) -> Self {
        Self(value)
    }

    /// A copy of the value that is the caller's own.
    #[must_use]
    pub fn into_inner(self) -> T
    where
        T: Clone,
    {
        Arc::unwrap_or_clone(self.0)
    }
}

impl<T> Deref for Loaded<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: fmt::Debug> fmt::Debug for Loaded<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Loaded").field(&self.0).finish()
    }
}
