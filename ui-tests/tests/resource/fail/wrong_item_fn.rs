//! `#[resource]` on a `fn`; a component is a `struct`, and its hooks are in an `impl` of it

use lifecycle::prelude::*;

#[resource]
fn database() {}

fn main() {}
