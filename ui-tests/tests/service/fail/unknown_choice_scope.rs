//! `scope` cannot be `all`; it is one of `self` and `dependents`

use lifecycle::prelude::*;

#[service(restart = "always", scope = "all")]
struct Feed;

#[service]
impl Feed {
    #[run]
    async fn follow(&self) {}
}

fn main() {}
