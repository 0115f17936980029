//! `#[start]` takes nothing; write `#[start]` here, and keys on the struct

use lifecycle::prelude::*;

#[resource]
struct Database;

#[resource]
impl Database {
    #[start(retry = 3)]
    fn open() -> Self {
        Self
    }
}

fn main() {}
