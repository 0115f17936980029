//! `main` takes its context and its roots, and keeps its own attributes.

#![deny(warnings)]

use std::sync::Arc;

use lifecycle::prelude::*;

#[service]
struct Api;

#[service]
impl Api {
    #[run]
    async fn run(&self, shutdown: Shutdown) {
        drop(shutdown);
    }
}

#[resource]
struct Roots;

/// The program.
#[lifecycle::app(services = [Api, Roots], runtime = "current_thread")]
#[allow(clippy::unused_async)]
async fn main(cx: Context, _api: Arc<Api>, _roots: Arc<Roots>) -> Result<(), std::io::Error> {
    drop(cx);
    helper();
    Ok(())
}

fn helper() {}
