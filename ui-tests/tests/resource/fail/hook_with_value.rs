//! `#[start]` takes no value; write `#[start]`

use lifecycle::prelude::*;

#[resource]
struct Database;

#[resource]
impl Database {
    #[start = "open"]
    fn open() -> Self {
        Self
    }
}

fn main() {}
