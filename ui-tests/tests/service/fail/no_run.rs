//! a service needs work; add `#[run] async fn run(&self, shutdown: Shutdown)` to its `#[service] impl` block

use lifecycle::prelude::*;

#[service]
struct Api;

#[service]
impl Api {
    #[stop]
    fn close(&self) {}
}

fn main() {}
