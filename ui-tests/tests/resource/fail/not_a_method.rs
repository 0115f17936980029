//! `#[start]` stands on something else than a method; write it on a `fn`

use lifecycle::prelude::*;

#[resource]
struct Database;

#[resource]
impl Database {
    #[start]
    const SIZE: usize = 1;
}

fn main() {}
