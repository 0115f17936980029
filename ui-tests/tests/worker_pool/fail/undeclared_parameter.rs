//! a hook of `Mailer` cannot take `Arc<Settings>`
use lifecycle::prelude::*;

#[resource]
struct Settings;

#[worker_pool]
struct Mailer;

#[worker_pool]
impl Mailer {
    #[work]
    async fn send(&self, _mail: String, _settings: std::sync::Arc<Settings>) {}
}

fn main() {}
