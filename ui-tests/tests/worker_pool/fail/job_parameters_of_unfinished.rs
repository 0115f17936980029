//! `#[unfinished]` gets the jobs that were not done; write `fn park(&self, jobs: Unfinished<Job>)`
use lifecycle::prelude::*;

#[worker_pool]
struct Mailer;

#[worker_pool]
impl Mailer {
    #[work]
    async fn send(&self, _mail: String) {}

    #[unfinished]
    async fn park(&self) {}
}

fn main() {}
