//! nobody says what `impl` stands for in a `#[stop]`; write a concrete type

use lifecycle::prelude::*;

#[resource]
struct Database;

#[resource]
impl Database {
    #[stop]
    fn close(&self, _value: impl Default) {}
}

fn main() {}
