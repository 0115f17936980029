//! `payments` is already in the list; write it once

use lifecycle::prelude::*;

#[resource(health_groups = ["payments", "payments"])]
struct Gateway;

fn main() {}
