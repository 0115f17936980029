//! `#[on]` needs the component; write `fn confirm(&self, ..)`

use std::sync::Arc;

use lifecycle::prelude::*;

struct Placed;

#[resource]
struct Desk;

#[resource]
impl Desk {
    #[on]
    async fn confirm(_placed: Arc<Placed>) {}
}

fn main() {}
