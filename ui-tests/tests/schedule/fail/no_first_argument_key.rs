//! `#[every]` wants a period in quotes first; write `#[every("30s")]`

use lifecycle::prelude::*;

#[resource]
struct Carts;

#[resource]
impl Carts {
    #[every(jitter = 0.1)]
    async fn expire(&self) {}
}

fn main() {}
