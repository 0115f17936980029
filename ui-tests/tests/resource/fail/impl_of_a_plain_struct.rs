//! the struct `Database` is not annotated with `#[resource]`

use lifecycle::prelude::*;

struct Database;

#[resource]
impl Database {
    #[start]
    fn open() -> Self {
        Self
    }

    #[stop]
    fn close(&self) {}
}

fn main() {}
