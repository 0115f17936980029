//! but `shutdown_timeout` is 10 s; raise `shutdown_timeout` or lower a `stop_timeout`

use lifecycle::prelude::*;

#[service(stop_timeout = "12s")]
struct Api;

#[service]
impl Api {
    #[run]
    async fn run(&self) {}
}

#[lifecycle::app(services = [Api], shutdown_timeout = "10s")]
async fn main() {}
