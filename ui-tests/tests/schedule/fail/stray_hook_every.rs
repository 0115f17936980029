//! `#[every]` works only in an annotated impl block

use lifecycle::prelude::*;

struct Carts;

impl Carts {
    #[every("30s")]
    async fn expire(&self) {}
}

fn main() {}
