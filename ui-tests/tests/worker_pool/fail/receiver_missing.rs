//! `#[work]` needs the component; write `fn send(&self, ..)`
use lifecycle::prelude::*;

#[worker_pool]
struct Mailer;

#[worker_pool]
impl Mailer {
    #[work]
    async fn send(_mail: String) {}
}

fn main() {}
