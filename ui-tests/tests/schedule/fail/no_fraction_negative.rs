//! `jitter` is a part of the whole; write a number from 0 to 1, such as `jitter = 0.1`

use lifecycle::prelude::*;

#[resource]
struct Carts;

#[resource]
impl Carts {
    #[every("30s", jitter = -0.1)]
    async fn expire(&self) {}
}

fn main() {}
