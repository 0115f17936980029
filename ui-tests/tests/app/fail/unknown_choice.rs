//! `second_sigterm` cannot be `forced`; did you mean `"force"`?

use lifecycle::prelude::*;

#[service]
struct Api;

#[service]
impl Api {
    #[run]
    async fn run(&self) {}
}

#[lifecycle::app(services = [Api], second_sigterm = "forced")]
async fn main() {}
