//! What load hooks hand over.

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

/// What the component's `#[load]` hook returned, as a parameter of its `#[start]` hook.
///
/// A start that is tried again gets the same value again.
///
/// # Examples
///
/// ```
/// use lifecycle::prelude::*;
///
/// struct Config { port: u16 }
///
/// #[resource]
/// struct Settings { port: u16 }
///
/// #[resource]
/// impl Settings {
///     #[load]
///     fn read() -> Result<Config, std::num::ParseIntError> {
///         Ok(Config { port: "8080".parse()? })
///     }
///
///     #[start]
///     fn new(config: Loaded<Config>) -> Self {
///         Self { port: config.port }
///     }
/// }
/// # let _ = (|settings: Settings| settings.port, lifecycle::plan![Settings]);
/// ```
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
