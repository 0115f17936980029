//! `#[app]` stands on something else than a function; write `async fn main()` below it

use lifecycle::prelude::*;

#[service]
struct Api;

#[service]
impl Api {
    #[run]
    async fn run(&self) {}
}

#[lifecycle::app(services = [Api])]
struct Main;

fn main() {}
