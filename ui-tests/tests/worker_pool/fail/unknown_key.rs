//! unknown key `worker`; did you mean `workers`?
use lifecycle::prelude::*;

#[worker_pool(worker = 4)]
struct Mailer;

#[worker_pool]
impl Mailer {
    #[work]
    async fn send(&self, _mail: String) {}
}

fn main() {}
