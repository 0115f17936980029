//! unknown time zone `Berlin`; did you mean `"Europe/Berlin"`?

use lifecycle::prelude::*;

#[resource]
struct Carts;

#[resource]
impl Carts {
    #[cron("0 30 3 * * *", tz = "Berlin")]
    async fn expire(&self) {}
}

fn main() {}
