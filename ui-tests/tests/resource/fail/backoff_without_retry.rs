//! `backoff` without `retry`; add `retry = 3`, or remove `backoff`

use lifecycle::prelude::*;

#[resource(backoff = "100ms..5s")]
struct Database;

fn main() {}
