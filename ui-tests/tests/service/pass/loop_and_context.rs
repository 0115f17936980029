//! A service with all hooks.

#![deny(warnings)]

use std::sync::Arc;

use lifecycle::prelude::*;

#[resource]
struct Settings;

#[service(depends_on = [Settings], ready = "explicit", on_finish = "shutdown")]
pub struct Api;

#[service]
impl Api {
    #[start]
    async fn bind(_settings: Arc<Settings>) -> std::io::Result<Self> {
        Ok(Self)
    }

    #[run]
    async fn serve(&self, cx: Context, _shutdown: Shutdown) -> std::io::Result<()> {
        cx.ready();
        Ok(())
    }

    #[drain]
    async fn drain(&self) {}

    #[stop]
    async fn close(&self) {}
}

fn main() {
    assert_eq!(lifecycle::plan![Api].nodes().len(), 2);
}
