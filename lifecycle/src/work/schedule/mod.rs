//! Work that is done again and again, at its times.

use std::sync::Arc;
use std::time::Duration;

use super::Method;
use crate::component::Component;
use crate::context::Context;

/// How often something is done.
#[derive(Clone, Copy, Debug)]
pub struct Every {
    /// From the beginning of one run to the beginning of the next.
    pub period: Duration,
    /// How much of the period, from 0 to 1, is left to chance.
    pub jitter: f64,
    /// Whether the first run comes at once.
    pub immediate: bool,
}

/// Calls a method of a component again and again while the component is up.
#[doc(hidden)]
pub fn every<C: Component>(
    this: &Arc<C>,
    cx: &Context,
    name: &'static str,
    how: Every,
    method: Method<C>,
) {
    let (this, own) = (Arc::clone(this), cx.clone());
    let shutdown = cx.shutdown();
    cx.spawn(name, async move {
        if how.immediate {
            let _ = method(&this, &own).await;
        }
        while shutdown
            .wrap(tokio::time::sleep(how.period))
            .await
            .is_some()
        {
            let _ = method(&this, &own).await;
        }
    });
}
