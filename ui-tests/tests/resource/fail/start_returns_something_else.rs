//! this hook cannot return `u32`

use lifecycle::prelude::*;

#[resource]
struct Database;

#[resource]
impl Database {
    #[start]
    async fn open() -> u32 {
        1
    }
}

fn main() {}
