//! `backoff` without `retry` or `restart`; add `retry = 3` for failed starts

use lifecycle::prelude::*;

#[resource(backoff = "100ms..5s")]
struct Database;

fn main() {}
