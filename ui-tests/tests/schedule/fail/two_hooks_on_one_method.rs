//! a second hook on one method; write a method for each hook

use lifecycle::prelude::*;

#[resource]
struct Carts;

#[resource]
impl Carts {
    #[every("30s")]
    #[stop]
    async fn expire(&self) {}
}

fn main() {}
