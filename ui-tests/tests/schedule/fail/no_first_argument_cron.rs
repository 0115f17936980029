//! `#[cron]` wants an expression in quotes first; write `#[cron("0 30 3 * * *")]`

use lifecycle::prelude::*;

#[resource]
struct Carts;

#[resource]
impl Carts {
    #[cron]
    async fn expire(&self) {}
}

fn main() {}
