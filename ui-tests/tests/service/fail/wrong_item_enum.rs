//! `#[service]` on an `enum`; a component is a `struct`, and its hooks are in an `impl` of it

use lifecycle::prelude::*;

#[service]
enum Api {}

fn main() {}
