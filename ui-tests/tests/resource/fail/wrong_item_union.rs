//! `#[resource]` on a `union`; a component is a `struct`, and its hooks are in an `impl` of it

use lifecycle::prelude::*;

#[resource]
union Database {
    byte: u8,
}

#[resource(depends_on = [Database])]
struct Cache;

fn main() {}
