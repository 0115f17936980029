//! it has 5 fields; write six

use lifecycle::prelude::*;

#[resource]
struct Carts;

#[resource]
impl Carts {
    #[cron("*/5 * * * *")]
    async fn expire(&self) {}
}

fn main() {}
