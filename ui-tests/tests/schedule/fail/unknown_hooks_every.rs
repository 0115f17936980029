//! unknown hook `evrey`; did you mean `#[every]`?

use lifecycle::prelude::*;

#[resource]
struct Carts;

#[resource]
impl Carts {
    #[evrey("30s")]
    async fn expire(&self) {}
}

fn main() {}
