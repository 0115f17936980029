//! `#[resource]` on an `enum`; a component is a `struct`, and its hooks are in an `impl` of it

use lifecycle::prelude::*;

#[resource]
enum Database {
    Here,
}

#[resource(depends_on = [Database])]
struct Cache;

fn main() {}
