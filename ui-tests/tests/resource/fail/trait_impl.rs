//! `#[resource]` on the impl of a trait; hooks are in the type's own `impl`

use lifecycle::prelude::*;

#[resource]
struct Database;

#[resource]
impl Drop for Database {
    fn drop(&mut self) {}
}

fn main() {}
