//! `escalate` cannot be `stop`; it is one of `shutdown` and `degrade`

use lifecycle::prelude::*;

#[service(restart = "always", escalate = "stop")]
struct Feed;

#[service]
impl Feed {
    #[run]
    async fn follow(&self) {}
}

fn main() {}
