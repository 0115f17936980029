//! an empty `name`; write one, or remove the key

use lifecycle::prelude::*;

#[resource(name = "")]
struct Database;

fn main() {}
