//! an `optional` component never shuts the app down; remove `escalate`, or `optional`

use lifecycle::prelude::*;

#[service(optional, restart = "on-failure", escalate = "shutdown")]
struct Feed;

#[service]
impl Feed {
    #[run]
    async fn follow(&self) {}
}

fn main() {}
