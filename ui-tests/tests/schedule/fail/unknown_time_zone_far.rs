//! unknown time zone `home`; write a name such as `"Europe/Berlin"`, or `"UTC"`

use lifecycle::prelude::*;

#[resource]
struct Carts;

#[resource]
impl Carts {
    #[cron("0 30 3 * * *", tz = "home")]
    async fn expire(&self) {}
}

fn main() {}
