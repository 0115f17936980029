//! `#[work]` is already on `send`; a component has one `#[work]` hook
use lifecycle::prelude::*;

#[worker_pool]
struct Mailer;

#[worker_pool]
impl Mailer {
    #[work]
    async fn send(&self, _mail: String) {}

    #[work]
    async fn send_again(&self, _mail: String) {}
}

fn main() {}
