//! `backoff` beside `restart = "never"`; write `restart = "on-failure"`

use lifecycle::prelude::*;

#[service(restart = "never", backoff = "1s..5s")]
struct Feed;

#[service]
impl Feed {
    #[run]
    async fn follow(&self) {}
}

fn main() {}
