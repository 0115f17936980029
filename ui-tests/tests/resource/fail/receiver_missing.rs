//! `#[stop]` needs the component; write `fn close(&self)`

use lifecycle::prelude::*;

#[resource]
struct Database;

#[resource]
impl Database {
    #[stop]
    fn close() {}
}

fn main() {}
