//! unknown key `imediate`; did you mean `immediate`?

use lifecycle::prelude::*;

#[resource]
struct Carts;

#[resource]
impl Carts {
    #[every("30s", imediate = true)]
    async fn expire(&self) {}
}

fn main() {}
