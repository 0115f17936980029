//! a worker pool needs work; add `#[work] async fn work(&self, job: Job) -> Result<(), Error>`
use lifecycle::prelude::*;

#[worker_pool]
struct Mailer;

#[worker_pool]
impl Mailer {
    #[stop]
    async fn close(&self) {}
}

fn main() {}
