//! `on_finish` beside `restart = "always"`

use lifecycle::prelude::*;

#[service(restart = "always", on_finish = "shutdown")]
struct Feed;

#[service]
impl Feed {
    #[run]
    async fn follow(&self) {}
}

fn main() {}
