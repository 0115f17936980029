//! Parameters of hooks are patterns: `mut`, `_`, and what takes a value apart.

#![deny(warnings)]

use std::sync::Arc;

use lifecycle::prelude::*;

#[resource]
struct Settings;

#[resource(depends_on = [Settings])]
struct Database(u8);

#[resource]
impl Database {
    #[load]
    fn read(_: Context) -> (u8, u8) {
        (1, 2)
    }

    #[start]
    fn open(mut settings: Arc<Settings>, _: Context, parts: Loaded<(u8, u8)>) -> Self {
        let _ = Arc::get_mut(&mut settings);
        let (first, _) = *parts;
        Self(first)
    }

    #[health(every = "1s")]
    async fn check(self: &Self, _: Context) {}

    #[stop]
    async fn close(&self, mut cx: Context) {
        cx = cx.clone();
        drop(cx);
        let _ = self.0;
    }
}

#[service(depends_on = [Settings])]
struct Api;

#[service]
impl Api {
    #[start]
    async fn bind(mut settings: Arc<Settings>, _: Context) -> Self {
        let _ = Arc::get_mut(&mut settings);
        Self
    }

    #[run]
    async fn serve(&self, mut shutdown: Shutdown, _: Arc<Settings>) {
        shutdown = shutdown.clone();
        shutdown.await;
    }
}

#[lifecycle::app(services = [Database, Api])]
async fn main(_: Context, mut api: Arc<Api>) {
    let _ = Arc::get_mut(&mut api);
}
