//! `#[work]` cannot return `String`
use lifecycle::prelude::*;

#[worker_pool]
struct Mailer;

#[worker_pool]
impl Mailer {
    #[work]
    async fn send(&self, mail: String) -> String {
        mail
    }
}

fn main() {}
