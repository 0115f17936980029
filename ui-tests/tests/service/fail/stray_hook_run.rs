//! `#[run]` works only in an annotated impl block; write `#[service]` above the `impl`

use lifecycle::prelude::*;

struct Api;

impl Api {
    #[run]
    async fn run(&self) {}
}

fn main() {}
