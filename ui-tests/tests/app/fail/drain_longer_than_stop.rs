//! `drain_delay` leaves nothing of the 25s of `shutdown_timeout`; lower it, or raise `shutdown_timeout`

use lifecycle::prelude::*;

#[service]
struct Api;

#[service]
impl Api {
    #[run]
    async fn run(&self) {}
}

#[lifecycle::app(services = [Api], drain_delay = "30s")]
async fn main() {}
