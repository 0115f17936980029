//! this impl block says `service`, but its struct says `resource`; write `#[resource]` above it

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
