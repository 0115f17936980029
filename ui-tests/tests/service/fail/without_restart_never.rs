//! `max_restarts` beside `restart = "never"`; write `restart = "on-failure"`, or remove `max_restarts`

use lifecycle::prelude::*;

#[service(restart = "never", max_restarts = 3)]
struct Feed;

#[service]
impl Feed {
    #[run]
    async fn follow(&self) {}
}

fn main() {}
