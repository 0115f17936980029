//! expected `=` after `name`; write `name = ..`

use lifecycle::prelude::*;

#[resource(name("database"))]
struct Database;

fn main() {}
