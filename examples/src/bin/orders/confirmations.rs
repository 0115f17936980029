//! What customers hear of their orders.

use std::sync::Arc;

use lifecycle::prelude::*;

use crate::settings::Settings;

/// An order is on the disk.
pub(crate) struct OrderPlaced {
    pub(crate) id: i64,
    pub(crate) email: String,
}

/// The API depends on it, so that it is still there for the last order that the API takes.
#[resource(depends_on = [Settings], stop_timeout = "2s")]
#[derive(Default)]
pub(crate) struct Confirmations;

#[resource]
impl Confirmations {
    /// Whoever orders does not wait for this.
    #[on]
    fn confirm(&self, placed: Arc<OrderPlaced>) {
        tracing::info!("order {} is confirmed to {}", placed.id, placed.email);
    }
}
