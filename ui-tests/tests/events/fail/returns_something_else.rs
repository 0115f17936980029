//! this hook cannot return `u32`

use std::sync::Arc;

use lifecycle::prelude::*;

struct Placed;

#[resource]
struct Desk;

#[resource]
impl Desk {
    #[on]
    async fn confirm(&self, _placed: Arc<Placed>) -> u32 {
        1
    }
}

fn main() {}
