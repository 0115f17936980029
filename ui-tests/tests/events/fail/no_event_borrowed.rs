//! all handlers of an event share it; write `Arc<Placed>`

use lifecycle::prelude::*;

struct Placed;

#[resource]
struct Desk;

#[resource]
impl Desk {
    #[on]
    async fn confirm(&self, _placed: &Placed) {}
}

fn main() {}
