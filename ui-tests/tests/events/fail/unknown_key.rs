//! unknown key `capacty`; did you mean `capacity`?

use std::sync::Arc;

use lifecycle::prelude::*;

struct Placed;

#[resource]
struct Desk;

#[resource]
impl Desk {
    #[on(capacty = 64)]
    async fn confirm(&self, _placed: Arc<Placed>) {}
}

fn main() {}
