//! `#[app]` on `start`; it makes the program's `main`, so write `async fn main`

use lifecycle::prelude::*;

#[service]
struct Api;

#[service]
impl Api {
    #[run]
    async fn run(&self) {}
}

#[lifecycle::app(services = [Api])]
async fn start() {}
