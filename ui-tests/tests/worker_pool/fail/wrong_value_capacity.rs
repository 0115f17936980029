//! not a value of `capacity`; write `capacity = 4`
use lifecycle::prelude::*;

#[worker_pool(capacity = many)]
struct Mailer;

#[worker_pool]
impl Mailer {
    #[work]
    async fn send(&self, _mail: String) {}
}

fn main() {}
