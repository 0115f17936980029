//! Handles without an order.

use std::fmt;
use std::marker::PhantomData;
use std::sync::{Arc, Weak};

use crate::component::Component;
use crate::driver::Shared;

/// A handle of a component that may come up later, or be gone: how a mutual reference is written.
///
/// `depends_on = [late(Scheduler)]` brings the component into the plan without saying who comes first, so nothing
/// holds it up for the owner of this handle: it may be absent while the owner starts, and while the owner stops. The app
/// needs it as it needs the owner: if it fails, the app stops, unless it is declared `optional`.
///
/// # Examples
///
/// ```
/// use lifecycle::prelude::*;
///
/// #[resource(depends_on = [late(Scheduler)])]
/// struct Jobs { scheduler: Late<Scheduler> }
///
/// #[resource]
/// impl Jobs {
///     #[start]
///     async fn start(scheduler: Late<Scheduler>) -> Self {
///         Self { scheduler }
///     }
/// }
///
/// #[resource(depends_on = [Jobs])]
/// #[derive(Default)]
/// struct Scheduler;
///
/// # let _ = lifecycle::plan![Scheduler];
/// ```
pub struct Late<D> {
    shared: Weak<Shared>,
    id: u64,
    component: PhantomData<fn() -> D>,
}

impl<D: Component> Late<D> {
    pub(crate) fn new(shared: &Arc<Shared>, id: u64) -> Self {
        Self {
            shared: Arc::downgrade(shared),
            id,
            component: PhantomData,
        }
    }

    /// The app, until it is gone.
    pub(crate) fn shared(&self) -> Option<Arc<Shared>> {
        self.shared.upgrade()
    }

    /// The component, if it is there at this moment.
    #[must_use]
    pub fn get(&self) -> Option<Arc<D>> {
        self.shared
            .upgrade()?
            .instance(self.id)
            .map(|instance| instance.of())
    }

    /// Waits until the component is there; `None` if the app ends first.
    ///
    /// A component that waits for this in its start hook may wait until its start timeout: a late dependency is not
    /// started before its dependents.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: nothing is lost when the future is dropped.
    pub async fn wait(&self) -> Option<Arc<D>> {
        let shared = self.shared.upgrade()?;
        shared
            .until(|shared| match shared.instance(self.id) {
                Some(instance) => Some(Some(instance.of())),
                None => shared.has_ended().then_some(None),
            })
            .await
    }
}

impl<D> Clone for Late<D> {
    fn clone(&self) -> Self {
        Self {
            shared: Weak::clone(&self.shared),
            id: self.id,
            component: PhantomData,
        }
    }
}

impl<D> fmt::Debug for Late<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Late")
            .field(&std::any::type_name::<D>())
            .finish()
    }
}
