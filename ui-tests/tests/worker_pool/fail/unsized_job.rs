//! a pool owns its jobs; write `&String`
use lifecycle::prelude::*;

#[worker_pool]
struct Mailer;

#[worker_pool]
impl Mailer {
    #[work]
    async fn send(&self, _mail: &str) {}
}

fn main() {}
