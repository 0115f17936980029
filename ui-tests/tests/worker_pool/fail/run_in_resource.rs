//! a worker pool has workers instead of a run loop
use lifecycle::prelude::*;

#[worker_pool]
struct Mailer;

#[worker_pool]
impl Mailer {
    #[work]
    async fn send(&self, _mail: String) {}

    #[run]
    async fn run(&self) {}
}

fn main() {}
