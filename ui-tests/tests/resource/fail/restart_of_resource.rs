//! a resource has no run loop that could end well and begin again; write `restart = "on-failure"`

use lifecycle::prelude::*;

#[resource(restart = "always")]
struct Database;

fn main() {}
