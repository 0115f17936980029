//! this hook cannot return `u32`

use lifecycle::prelude::*;

#[resource]
struct Carts;

#[resource]
impl Carts {
    #[every("30s")]
    async fn expire(&self) -> u32 { 1 }
}

fn main() {}
