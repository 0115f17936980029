//! `task_limit` of zero; write at least 1, or remove the key

use lifecycle::prelude::*;

#[service]
struct Api;

#[service]
impl Api {
    #[run]
    async fn run(&self) {}
}

#[lifecycle::app(services = [Api], task_limit = 0)]
async fn main() {}
