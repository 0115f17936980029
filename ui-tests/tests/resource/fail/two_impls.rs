//! duplicate definitions with name `ANNOTATED_IMPL_BLOCK`

use lifecycle::prelude::*;

#[resource]
struct Database;

#[resource]
impl Database {
    #[start]
    fn open() -> Self {
        Self
    }
}

#[resource]
impl Database {
    #[stop]
    fn close(&self) {}
}

fn main() {}
