//! `#[every]` needs the component; write `fn expire(&self)`

use lifecycle::prelude::*;

#[resource]
struct Carts;

#[resource]
impl Carts {
    #[every("30s")]
    async fn expire() {}
}

fn main() {}
