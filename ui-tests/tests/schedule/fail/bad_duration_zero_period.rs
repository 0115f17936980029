//! a duration of zero; write at least `"1ms"`

use lifecycle::prelude::*;

#[resource]
struct Carts;

#[resource]
impl Carts {
    #[every("0s")]
    async fn expire(&self) {}
}

fn main() {}
