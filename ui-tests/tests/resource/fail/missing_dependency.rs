//! cannot find type `Settings` in this scope

use lifecycle::prelude::*;

#[resource(depends_on = [Settings])]
struct Database;

fn main() {}
