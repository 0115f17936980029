//! unknown hook `strat`; did you mean `#[start]`?

use lifecycle::prelude::*;

#[resource]
struct Database;

#[resource]
impl Database {
    #[strat]
    fn open() -> Self {
        Self
    }
}

fn main() {}
