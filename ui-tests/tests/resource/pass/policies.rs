//! All keys of a resource at once.

#![deny(warnings)]

use lifecycle::prelude::*;

#[resource]
struct Settings;

#[resource(
    depends_on = [Settings],
    name = "the database",
    optional,
    start_timeout = "1m30s",
    stop_timeout = "1.5s",
    retry = 5,
    backoff = "100ms..5s",
    crate = lifecycle,
)]
struct Database;

fn main() {
    let plan = lifecycle::plan![crate = ::lifecycle; Database];
    assert_eq!(plan.nodes()[1].name(), "the database");
}
