//! `unbounded` stands in quotes; write `capacity = "unbounded"`
use lifecycle::prelude::*;

#[worker_pool(capacity = unbounded)]
struct Mailer;

#[worker_pool]
impl Mailer {
    #[work]
    async fn send(&self, _mail: String) {}
}

fn main() {}
