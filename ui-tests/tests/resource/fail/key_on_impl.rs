//! `start_timeout` does not belong on the impl block; write `#[resource]` here, and the keys on the struct

use lifecycle::prelude::*;

#[resource]
struct Database;

#[resource(start_timeout = "10s")]
impl Database {
    #[start]
    fn open() -> Self {
        Self
    }
}

fn main() {}
