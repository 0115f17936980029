//! a resource does no jobs; make it a `#[worker_pool]`, on the struct and here, or remove `#[work]`
use lifecycle::prelude::*;

#[resource]
struct Mailer;

#[resource]
impl Mailer {
    #[work]
    async fn send(&self, _mail: String) {}
}

fn main() {}
