//! none of its months has such a day

use lifecycle::prelude::*;

#[resource]
struct Carts;

#[resource]
impl Carts {
    #[cron("0 0 3 30 FEB *", tz = "Europe/Berlin")]
    async fn expire(&self) {}
}

fn main() {}
