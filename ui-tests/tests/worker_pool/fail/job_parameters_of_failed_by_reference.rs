//! `#[job_failed]` takes the error as `&JobError<E>`, and the job as `Option<&Job>`
use lifecycle::prelude::*;

use lifecycle::pool::JobError;

#[worker_pool]
struct Mailer;

#[worker_pool]
impl Mailer {
    #[work]
    async fn send(&self, _mail: String) -> std::io::Result<()> {
        Ok(())
    }

    #[job_failed]
    async fn failed(&self, _mail: &String, _error: &JobError<std::io::Error>) {}
}

fn main() {}
