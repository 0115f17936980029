//! `capacity` is a number from 1 to

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
