//! not a value of `retry`; write `retry = 4`

use lifecycle::prelude::*;

#[resource(retry = "often")]
struct Database;

fn main() {}
