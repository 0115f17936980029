//! `#[on]` takes the event first; write `fn confirm(&self, event: Arc<..>, ..)`

use std::sync::Arc;

use lifecycle::prelude::*;

struct Placed;

#[resource]
struct Desk;

#[resource]
impl Desk {
    #[on]
    async fn confirm(&self, _cx: Context, _placed: Arc<Placed>) {}
}

fn main() {}
