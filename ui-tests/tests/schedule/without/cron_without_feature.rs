//! `#[cron]` is there with the feature `cron` of the crate `lifecycle`

use lifecycle::prelude::*;

#[resource]
struct Carts;

#[resource]
impl Carts {
    #[cron("0 30 3 * * *")]
    async fn expire(&self) {}
}

fn main() {}
