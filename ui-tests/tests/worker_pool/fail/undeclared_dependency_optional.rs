//! a hook of `Api` cannot take `Option<lifecycle::Queue<Mailer>>`
use lifecycle::prelude::*;

#[worker_pool]
struct Mailer;

#[worker_pool]
impl Mailer {
    #[work]
    async fn send(&self, _mail: String) {}
}

#[resource(depends_on = [Mailer])]
struct Api;

#[resource]
impl Api {
    #[start]
    async fn start(_mailer: Option<Queue<Mailer>>) -> Self {
        Self
    }
}

fn main() {}
