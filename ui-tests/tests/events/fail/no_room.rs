//! `capacity` of zero; write at least 1, or remove the key

use std::sync::Arc;

use lifecycle::prelude::*;

struct Placed;

#[resource]
struct Desk;

#[resource]
impl Desk {
    #[on(capacity = 0)]
    async fn confirm(&self, _placed: Arc<Placed>) {}
}

fn main() {}
