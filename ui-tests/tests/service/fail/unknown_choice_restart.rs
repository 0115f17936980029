//! `restart` cannot be `on_failure`; did you mean `"on-failure"`?

use lifecycle::prelude::*;

#[service(restart = "on_failure")]
struct Feed;

#[service]
impl Feed {
    #[run]
    async fn follow(&self) {}
}

fn main() {}
