//! `name` needs a value; write `name = ".."`

use lifecycle::prelude::*;

#[resource(name)]
struct Database;

fn main() {}
