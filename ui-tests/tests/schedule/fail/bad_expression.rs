//! `60` cannot stand in the minutes; write 0 to 59

use lifecycle::prelude::*;

#[resource]
struct Carts;

#[resource]
impl Carts {
    #[cron("0 60 * * * *")]
    async fn expire(&self) {}
}

fn main() {}
