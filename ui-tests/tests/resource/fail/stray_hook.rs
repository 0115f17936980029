//! `#[start]` works only in an annotated impl block; write `#[resource]`, `#[service]` or `#[worker_pool]` above the `impl`

use lifecycle::prelude::*;

struct Database;

impl Database {
    #[start]
    fn open() -> Self {
        Self
    }
}

fn main() {
    Database::open();
}
