//! `#[stop]` shares the component with others; write `&self`

use lifecycle::prelude::*;

#[resource]
struct Database;

#[resource]
impl Database {
    #[stop]
    fn close(&mut self) {}
}

fn main() {}
