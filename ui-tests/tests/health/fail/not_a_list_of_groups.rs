//! not a value of `health_groups`; write `health_groups = ["payments"]`

use lifecycle::prelude::*;

#[resource(health_groups = "payments")]
struct Gateway;

fn main() {}
