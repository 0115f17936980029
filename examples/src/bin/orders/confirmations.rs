//! What customers hear of their orders.

use std::sync::Arc;

use lifecycle::prelude::*;

use crate::mailer::{self, Mailer};
use crate::orders::Order;

/// An order is on the disk.
pub(crate) struct OrderPlaced {
    pub(crate) order: Order,
}

/// The API depends on it, so that it is still there for the last order that the API takes.
#[resource(depends_on = [Mailer], stop_timeout = "2s")]
#[derive(Default)]
pub(crate) struct Confirmations;

#[resource]
impl Confirmations {
    /// Whoever orders does not wait for this.
    #[on]
    fn confirm(&self, placed: Arc<OrderPlaced>, mailer: Queue<Mailer>) {
        mailer::confirm(&mailer, &placed.order);
    }
}
