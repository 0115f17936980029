//! `#[resource]` on a `trait`; a component is a `struct`, and its hooks are in an `impl` of it

use lifecycle::prelude::*;

#[resource]
trait Database {}

fn main() {}
