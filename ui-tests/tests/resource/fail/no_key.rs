//! expected a key; write `key = value`

use lifecycle::prelude::*;

#[resource("database")]
struct Database;

fn main() {}
