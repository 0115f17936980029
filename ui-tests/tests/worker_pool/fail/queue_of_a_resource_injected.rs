//! `Database` is not a worker pool
use lifecycle::prelude::*;

#[resource]
struct Database;

#[resource]
struct Api {
    #[inject]
    _database: Queue<Database>,
}

fn main() {}
