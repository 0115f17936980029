//! this hook cannot return `u32`

use lifecycle::prelude::*;

#[resource]
struct Database;

#[resource]
impl Database {
    #[stop]
    async fn close(&self) -> u32 {
        1
    }
}

fn main() {}
