//! a service needs work; add `#[run] async fn run(&self, shutdown: Shutdown)` to its `#[service] impl` block

use lifecycle::prelude::*;

#[service]
struct Api;

fn main() {}
