//! a worker pool has no run loop that could end well and begin again; write `restart = "on-failure"`
use lifecycle::prelude::*;

#[worker_pool(restart = "always")]
struct Mailer;

#[worker_pool]
impl Mailer {
    #[work]
    async fn send(&self, _mail: String) {}
}

fn main() {}
