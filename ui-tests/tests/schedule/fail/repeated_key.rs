//! jitter

use lifecycle::prelude::*;

#[resource]
struct Carts;

#[resource]
impl Carts {
    #[every("30s", jitter = 0.1, jitter = 0.2)]
    async fn expire(&self) {}
}

fn main() {}
