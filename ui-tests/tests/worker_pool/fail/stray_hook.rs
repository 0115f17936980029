//! `#[work]` works only in an annotated impl block; write `#[worker_pool]` above the `impl`
use lifecycle::prelude::*;

struct Mailer;

impl Mailer {
    #[work]
    async fn send(&self, _mail: String) {}
}

fn main() {}
