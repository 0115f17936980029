//! generic components are not supported yet; write the impl of a struct with concrete types

use lifecycle::prelude::*;

struct Database<T> {
    pool: Vec<T>,
}

#[resource]
impl<T> Database<T> {
    #[start]
    fn open() -> Self {
        Self { pool: Vec::new() }
    }
}

fn main() {}
