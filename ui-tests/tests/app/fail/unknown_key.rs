//! unknown key `service`; did you mean `services`?

use lifecycle::prelude::*;

#[service]
struct Api;

#[service]
impl Api {
    #[run]
    async fn run(&self) {}
}

#[lifecycle::app(service = [Api])]
async fn main() {}
