//! `max_restarts` without `restart`; add `restart = "on-failure"`, or remove `max_restarts`

use lifecycle::prelude::*;

#[service(max_restarts = 3)]
struct Feed;

#[service]
impl Feed {
    #[run]
    async fn follow(&self) {}
}

fn main() {}
