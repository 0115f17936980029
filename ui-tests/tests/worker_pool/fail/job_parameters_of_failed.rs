//! the error goes on to who waits for the job; write `&JobError<std::io::Error>`
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
    async fn failed(&self, _mail: Option<String>, _error: JobError<std::io::Error>) {}
}

fn main() {}
