//! not a name of a health group, which probes ask for by path

use lifecycle::prelude::*;

#[resource(health_groups = ["our payments", ""])]
struct Gateway;

fn main() {}
