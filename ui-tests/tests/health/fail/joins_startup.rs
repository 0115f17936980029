//! who belongs to `startup` follows from the graph

use lifecycle::prelude::*;

#[resource(health_groups = ["startup"])]
struct Gateway;

fn main() {}
