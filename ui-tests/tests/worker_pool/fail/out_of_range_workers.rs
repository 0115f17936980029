//! `workers` of zero; write at least 1, or remove the key
use lifecycle::prelude::*;

#[worker_pool(workers = 0)]
struct Mailer;

#[worker_pool]
impl Mailer {
    #[work]
    async fn send(&self, _mail: String) {}
}

fn main() {}
