//! `10 seconds` is not a duration; write it like `"10s"`

use lifecycle::prelude::*;

#[resource(start_timeout = "10 seconds")]
struct Database;

fn main() {}
