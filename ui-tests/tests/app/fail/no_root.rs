//! `main` cannot take `Arc<Settings>`

use std::sync::Arc;

use lifecycle::prelude::*;

#[resource]
struct Settings;

#[service]
struct Api;

#[service]
impl Api {
    #[run]
    async fn run(&self) {}
}

#[lifecycle::app(services = [Api])]
async fn main(_settings: Arc<Settings>) {}
