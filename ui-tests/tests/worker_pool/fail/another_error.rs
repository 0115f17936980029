//! expected `&JobError<String>`, found `&mut JobError<Error>`
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
    async fn failed(&self, _error: &JobError<String>) {}
}

fn main() {}
