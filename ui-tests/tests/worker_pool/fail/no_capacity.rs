//! a queue without room takes no job; write at least 1, or `capacity = "unbounded"`
use lifecycle::prelude::*;

#[worker_pool(capacity = 0)]
struct Mailer;

#[worker_pool]
impl Mailer {
    #[work]
    async fn send(&self, _mail: String) {}
}

fn main() {}
