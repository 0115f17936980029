//! so a restart rebuilds it and what needs it; write `scope = "dependents"`

use lifecycle::prelude::*;

#[resource(restart = "on-failure", scope = "self")]
struct Database;

fn main() {}
