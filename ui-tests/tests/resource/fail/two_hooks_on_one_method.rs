//! a second hook on one method; write a method for each hook

use lifecycle::prelude::*;

#[resource]
struct Database;

#[resource]
impl Database {
    #[drain]
    #[stop]
    fn close(&self) {}
}

fn main() {}
