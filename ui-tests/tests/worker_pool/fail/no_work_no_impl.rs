//! a worker pool needs work; add `#[work] async fn work(&self, job: Job) -> Result<(), Error>` to its `#[worker_pool] impl` block
use lifecycle::prelude::*;

#[worker_pool]
struct Mailer;

fn main() {}
