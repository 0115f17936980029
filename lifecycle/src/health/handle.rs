//! How a component says how well it is.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use super::book::{CONDITIONS, Set};
use super::value::{Health, bounded};
use crate::component::BoxError;
use crate::driver::{Scope, text_of};
use crate::text::visible;

/// What can be said under the key of a condition: a [`Health`], or an error, which means unhealthy.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not say how well something is",
    label = "a condition is a `Health` or an error",
    note = "an error is any type that implements `std::error::Error + Send + Sync`, or a text"
)]
pub trait Finding {
    /// The same as a value.
    fn health(self) -> Health;
}

impl Finding for Health {
    fn health(self) -> Health {
        self
    }
}

#[diagnostic::do_not_recommend]
impl<E: Into<BoxError>> Finding for E {
    fn health(self) -> Health {
        Health::unhealthy(bounded(text_of(self.into())))
    }
}

/// Says how well a component is, apart from what its check finds: [`Context::health`](crate::Context::health) gives it. Cheap
/// to clone.
///
/// What is said ends with the life of the context: once that is over, nothing is taken.
///
/// # Examples
///
/// ```
/// use lifecycle::health::Health;
/// use lifecycle::prelude::*;
///
/// # fn connect() -> std::io::Result<()> { Ok(()) }
/// #[service]
/// #[derive(Default)]
/// struct Replica;
///
/// #[service]
/// impl Replica {
///     #[run]
///     async fn follow(&self, cx: Context) {
///         let health = cx.health();
///         let _catching_up = health.condition("lag", Health::hint("catching up"));
///         if let Err(error) = connect() {
///             health.error(error);
///         }
///     } // here the condition ends
/// }
/// # let _ = lifecycle::plan![Replica];
/// ```
#[derive(Clone)]
pub struct Handle {
    scope: Arc<Scope>,
}

impl Handle {
    pub(crate) fn new(scope: Arc<Scope>) -> Self {
        Self { scope }
    }

    /// Sets a condition, which stands until the guard is dropped, is [cleared](Self::clear), or is set anew: there is one for
    /// each key. A guard of an older setting does not clear a newer one.
    ///
    /// Of one component 100 stand at once. Of more the mildest is left out, the oldest of these, and the log says so, once in
    /// ten seconds at most; how well the component is, is what the worst of them says.
    pub fn condition(
        &self,
        key: impl Into<Cow<'static, str>>,
        what: impl Finding,
    ) -> ConditionGuard {
        let setting = self.put(key.into(), what.health());
        ConditionGuard {
            scope: Arc::clone(&self.scope),
            setting,
        }
    }

    /// Sets a condition, which stands until it is [cleared](Self::clear) or set anew. One that is healthy stands too, and makes
    /// nothing better. There is a limit to how many: see [`condition`](Self::condition).
    pub fn set(&self, key: impl Into<Cow<'static, str>>, what: impl Finding) {
        self.put(key.into(), what.health());
    }

    /// Clears the condition that has this key, if there is one.
    pub fn clear(&self, key: &str) {
        self.with(|book, _| book.clear(key));
    }

    /// Keeps an error for those who look: the last 50 of a component stand in the [report](super::Report), over all its lives,
    /// beside those with which its hooks and tasks failed.
    /// It makes nothing worse.
    pub fn error(&self, error: impl Into<BoxError>) {
        let text = bounded(text_of(error.into()));
        self.with(|book, at| book.note(text, at));
    }

    fn put(&self, key: Cow<'static, str>, health: Health) -> u64 {
        let life = self.scope.life;
        let set = self.with(|book, at| book.set(life, key, health, at));
        let Some(Set { setting, surplus }) = set else {
            return 0;
        };
        if let Some((key, untold)) = surplus {
            let component = self.scope.name();
            let (name, key) = (visible(component), visible(&key));
            tracing::warn!(target: "lifecycle", component, "{name} has more than {CONDITIONS} conditions at once: `{key}` is left out{untold}");
        }
        setting
    }

    /// Writes, unless the life is over.
    fn with<T>(
        &self,
        write: impl FnOnce(&mut super::Book, crate::engine::Moment) -> T,
    ) -> Option<T> {
        let Scope { shared, key, .. } = &*self.scope;
        shared.write_health(*key, |book, at| {
            // Asked under the lock, under which the end of a life clears what it left.
            (!self.scope.is_over()).then(|| write(book, at))
        })
    }
}

impl fmt::Debug for Handle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Handle")
            .field("component", &self.scope.name())
            .finish_non_exhaustive()
    }
}

/// Clears a condition when it is dropped: [`Handle::condition`] gives it.
#[must_use = "dropping it clears the condition"]
pub struct ConditionGuard {
    scope: Arc<Scope>,
    setting: u64,
}

impl Drop for ConditionGuard {
    fn drop(&mut self) {
        let Scope { shared, key, .. } = &*self.scope;
        shared.write_health(*key, |book, _| book.clear_setting(self.setting));
    }
}

impl fmt::Debug for ConditionGuard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ConditionGuard")
            .field("component", &self.scope.name())
            .finish_non_exhaustive()
    }
}
