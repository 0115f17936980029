//! `#[work]` does a job; write `fn send(&self, job: Job)`
use lifecycle::prelude::*;

#[worker_pool]
struct Mailer;

#[worker_pool]
impl Mailer {
    #[work]
    async fn send(&self) {}
}

fn main() {}
