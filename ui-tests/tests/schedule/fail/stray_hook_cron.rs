//! `#[cron]` works only in an annotated impl block

use lifecycle::prelude::*;

struct Carts;

impl Carts {
    #[cron("0 30 3 * * *")]
    async fn expire(&self) {}
}

fn main() {}
