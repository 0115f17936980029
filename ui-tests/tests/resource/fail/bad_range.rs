//! `5s` is not a range of durations; write it like `"100ms..5s"`

use lifecycle::prelude::*;

#[resource(retry = 3, backoff = "5s")]
struct Database;

fn main() {}
