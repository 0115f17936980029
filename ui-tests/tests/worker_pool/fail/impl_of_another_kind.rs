//! the struct `Mailer` is not annotated with `#[worker_pool]`
use lifecycle::prelude::*;

#[resource]
struct Mailer;

#[worker_pool]
impl Mailer {
    #[work]
    async fn send(&self, _mail: String) {}
}

fn main() {}
