//! `max_restarts` of zero; write at least 1, or `restart = "never"`

use lifecycle::prelude::*;

#[service(restart = "on-failure", max_restarts = 0)]
struct Feed;

#[service]
impl Feed {
    #[run]
    async fn follow(&self) {}
}

fn main() {}
