//! the function of an app cannot be generic; write concrete types

use lifecycle::prelude::*;

#[service]
struct Api;

#[service]
impl Api {
    #[run]
    async fn run(&self) {}
}

#[lifecycle::app(services = [Api])]
async fn main<T>() {}
