//! a duration of zero; write at least `"1ms"`

use lifecycle::prelude::*;

#[resource(stop_timeout = "0s")]
struct Database;

fn main() {}
