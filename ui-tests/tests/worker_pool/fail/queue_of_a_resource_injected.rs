//! a hook of `Api` cannot take `lifecycle::Queue<Database>`
use lifecycle::prelude::*;

#[resource]
struct Database;

#[resource]
struct Api {
    #[inject]
    _database: Queue<Database>,
}

fn main() {}
