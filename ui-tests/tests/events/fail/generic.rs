//! nobody says what the parameters of a generic `#[on]` are; write concrete types

use std::sync::Arc;

use lifecycle::prelude::*;

#[resource]
struct Desk;

#[resource]
impl Desk {
    #[on]
    async fn confirm<E: Send + Sync + 'static>(&self, _event: Arc<E>) {}
}

fn main() {}
