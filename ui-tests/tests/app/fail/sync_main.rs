//! `main` is not async; write `async fn main`

use lifecycle::prelude::*;

#[service]
struct Api;

#[service]
impl Api {
    #[run]
    async fn run(&self) {}
}

#[lifecycle::app(services = [Api])]
fn main() {}
