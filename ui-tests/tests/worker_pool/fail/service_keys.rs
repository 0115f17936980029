//! `ready` is about the run loop, which a worker pool does not have
use lifecycle::prelude::*;

#[worker_pool(ready = "explicit")]
struct Mailer;

#[worker_pool]
impl Mailer {
    #[work]
    async fn send(&self, _mail: String) {}
}

fn main() {}
