//! `#[on]` works only in an annotated impl block; write `#[resource]`, `#[service]` or `#[worker_pool]` above the `impl`

use std::sync::Arc;

use lifecycle::prelude::*;

struct Placed;

struct Desk;

impl Desk {
    #[on]
    async fn confirm(&self, _placed: Arc<Placed>) {}
}

fn main() {}
