//! a duration of zero; write at least `"1ms"`

use lifecycle::prelude::*;

#[service(restart = "on-failure", within = "0s")]
struct Feed;

#[service]
impl Feed {
    #[run]
    async fn follow(&self) {}
}

fn main() {}
