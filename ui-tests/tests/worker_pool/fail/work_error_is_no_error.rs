//! `#[work]` cannot return `Result<(), NoError>`
use lifecycle::prelude::*;

struct NoError;

#[worker_pool]
struct Mailer;

#[worker_pool]
impl Mailer {
    #[work]
    async fn send(&self, _mail: String) -> Result<(), NoError> {
        Ok(())
    }
}

fn main() {}
