//! Expansions use absolute paths only, so that the user's names are the user's.

#![deny(warnings)]

mod shadows {
    pub struct Option;
    pub struct Result;
    pub struct Box;
    pub struct Arc;
    pub struct Ok;
    pub struct Err;
    pub struct Roots;
    pub mod core {}
    pub mod std {}
    pub mod lifecycle {}
}

#[allow(unused_imports)]
use shadows::*;

#[::lifecycle::resource]
struct Settings {
    size: usize,
}

impl Settings {
    fn size(&self) -> usize {
        self.size
    }
}

#[::lifecycle::service(depends_on = [Settings], optional, ready = "explicit", on_finish = "shutdown")]
struct Api {
    #[inject]
    settings: ::std::sync::Arc<Settings>,
}

#[::lifecycle::service]
impl Api {
    #[::lifecycle::run]
    async fn run(&self, cx: ::lifecycle::Context, shutdown: ::lifecycle::Shutdown) {
        self.settings.size();
        cx.ready();
        shutdown.await;
    }

    #[::lifecycle::health(every = "1s", timeout = "10ms")]
    async fn ping(&self) {}
}

#[::lifecycle::app(
    services = [Api],
    name = "shadowed names",
    shutdown_timeout = "10s",
    start_budget = "1m",
    drain_delay = "1s",
    max_concurrent_starts = 8,
    task_limit = 4,
    micro_limit = 4,
    second_sigterm = "force",
    runtime = "multi_thread",
    worker_threads = 2,
    max_depth = 50,
)]
async fn main() {}
