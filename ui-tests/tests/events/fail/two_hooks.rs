//! a second hook on one method; write a method for each hook

use std::sync::Arc;

use lifecycle::prelude::*;

struct Placed;

#[resource]
struct Desk;

#[resource]
impl Desk {
    #[on]
    #[stop]
    async fn confirm(&self, _placed: Arc<Placed>) {}
}

fn main() {}
