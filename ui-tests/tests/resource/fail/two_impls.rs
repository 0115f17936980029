//! conflicting implementations of trait `lifecycle::component::AnnotatedImplBlock` for type `Database`

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
