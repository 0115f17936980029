//! unknown time zone `Europe/Berln`; did you mean `"Europe/Berlin"`?

use lifecycle::prelude::*;

#[resource]
struct Carts;

#[resource]
impl Carts {
    #[cron("0 30 3 * * *", tz = "Europe/Berln")]
    async fn expire(&self) {}
}

fn main() {}
