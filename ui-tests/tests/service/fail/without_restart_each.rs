//! `escalate` without `restart`; add `restart = "on-failure"`, or remove `escalate`

use lifecycle::prelude::*;

#[service(within = "1m", scope = "dependents", escalate = "degrade", heartbeat = "10s")]
struct Feed;

#[service]
impl Feed {
    #[run]
    async fn follow(&self) {}
}

fn main() {}
