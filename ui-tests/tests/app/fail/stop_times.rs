//! the declared stop times cannot fit: `Api` 8 s, then `Database` 20 s, is 28 s in all, but `shutdown_timeout` is 25 s

use lifecycle::prelude::*;

#[resource(stop_timeout = "20s")]
struct Database;

#[service(depends_on = [Database], stop_timeout = "8s")]
struct Api;

#[service]
impl Api {
    #[run]
    async fn run(&self) {}
}

#[lifecycle::app(services = [Api])]
async fn main() {}
