//! unknown key `tasks_limit`; did you mean `task_limit`?

use lifecycle::prelude::*;

#[service]
struct Api;

#[service]
impl Api {
    #[run]
    async fn run(&self) {}
}

#[lifecycle::app(services = [Api], tasks_limit = 4)]
async fn main() {}
