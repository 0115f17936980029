//! `worker_threads` with `runtime = "current_thread"`; remove one of them

use lifecycle::prelude::*;

#[service]
struct Api;

#[service]
impl Api {
    #[run]
    async fn run(&self) {}
}

#[lifecycle::app(services = [Api], runtime = "current_thread", worker_threads = 4)]
async fn main() {}
