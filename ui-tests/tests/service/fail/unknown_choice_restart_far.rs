//! `restart` cannot be `yes`; it is one of `never`, `on-failure` and `always`

use lifecycle::prelude::*;

#[service(restart = "yes")]
struct Feed;

#[service]
impl Feed {
    #[run]
    async fn follow(&self) {}
}

fn main() {}
