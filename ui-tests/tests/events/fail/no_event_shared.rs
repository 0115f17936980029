//! all handlers of an event share it; write `Arc<orders::Placed>`

use lifecycle::prelude::*;

mod orders {
    pub struct Placed;
}

#[resource]
struct Desk;

#[resource]
impl Desk {
    #[on]
    async fn confirm(&self, _placed: orders::Placed) {}
}

fn main() {}
