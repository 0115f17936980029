//! a queue has no `capacity` of `endless`
use lifecycle::prelude::*;

#[worker_pool(capacity = "endless")]
struct Mailer;

#[worker_pool]
impl Mailer {
    #[work]
    async fn send(&self, _mail: String) {}
}

fn main() {}
