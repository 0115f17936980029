//! 30 seconds

use lifecycle::prelude::*;

#[resource]
struct Carts;

#[resource]
impl Carts {
    #[every("30 seconds")]
    async fn expire(&self) {}
}

fn main() {}
