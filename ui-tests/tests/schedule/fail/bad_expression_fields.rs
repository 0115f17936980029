//! it has 5 fields; write the seconds first, such as `0 */5 * * * *`

use lifecycle::prelude::*;

#[resource]
struct Carts;

#[resource]
impl Carts {
    #[cron("*/5 * * * *")]
    async fn expire(&self) {}
}

fn main() {}
