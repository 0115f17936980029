//! `#[work]` takes the job first; write `fn send(&self, job: &String, ..)`
use std::sync::Arc;

use lifecycle::prelude::*;

#[resource]
struct Settings;

#[worker_pool(depends_on = [Settings])]
struct Mailer;

#[worker_pool]
impl Mailer {
    #[work]
    async fn send(&self, _settings: Arc<Settings>, _mail: &String) {}
}

fn main() {}
