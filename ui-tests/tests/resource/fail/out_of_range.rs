//! `retry` of zero; write at least 1, or remove the key

use lifecycle::prelude::*;

#[resource(retry = 0)]
struct Database;

fn main() {}
