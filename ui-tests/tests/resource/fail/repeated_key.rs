//! `name` is already set; write it once

use lifecycle::prelude::*;

#[resource(name = "db", optional, name = "database")]
struct Database;

fn main() {}
