//! unknown hook `wrok`; did you mean `#[work]`?
use lifecycle::prelude::*;

#[worker_pool]
struct Mailer;

#[worker_pool]
impl Mailer {
    #[wrok]
    async fn send(&self, _mail: String) {}

    #[work]
    async fn send_again(&self, _mail: String) {}
}

fn main() {}
