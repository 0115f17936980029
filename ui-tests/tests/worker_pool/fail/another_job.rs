//! expected `Unfinished<u32>`, found `Unfinished<String>`
use lifecycle::prelude::*;

use lifecycle::pool::Unfinished;

#[worker_pool]
struct Mailer;

#[worker_pool]
impl Mailer {
    #[work]
    async fn send(&self, _mail: String) {}

    #[unfinished]
    async fn park(&self, _mails: Unfinished<u32>) {}
}

fn main() {}
