//! the range `5s..100ms` ends before it begins; write `"100ms..5s"`

use lifecycle::prelude::*;

#[resource(retry = 3, backoff = "5s..100ms")]
struct Database;

fn main() {}
