//! `ready` is about the run loop, which a resource does not have

use lifecycle::prelude::*;

#[resource(ready = "explicit")]
struct Database;

fn main() {}
