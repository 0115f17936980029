//! `#[start]` runs before there is a `self`; write `fn open(..)` with what it needs as parameters

use lifecycle::prelude::*;

#[resource]
struct Database;

#[resource]
impl Database {
    #[start]
    fn open(&self) -> Self {
        Self
    }
}

fn main() {}
