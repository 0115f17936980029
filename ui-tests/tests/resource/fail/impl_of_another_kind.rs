//! the struct `Database` is not annotated with `#[service]`

use lifecycle::prelude::*;

#[resource]
struct Database;

#[service]
impl Database {
    #[start]
    fn open() -> Self {
        Self
    }

    #[run]
    async fn run(&self) {}
}

fn main() {}
