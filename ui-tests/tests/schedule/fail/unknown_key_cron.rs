//! unknown key `zone`

use lifecycle::prelude::*;

#[resource]
struct Carts;

#[resource]
impl Carts {
    #[cron("0 30 3 * * *", zone = "UTC")]
    async fn expire(&self) {}
}

fn main() {}
