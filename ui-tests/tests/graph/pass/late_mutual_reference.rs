//! A late handle does not order, so that two components may know each other.

#![deny(warnings)]

use std::sync::Arc;

use lifecycle::prelude::*;

#[resource(depends_on = [late(Scheduler)])]
struct Database;

#[resource]
impl Database {
    #[start]
    fn open(scheduler: Late<Scheduler>) -> Self {
        drop(scheduler);
        Self
    }
}

#[resource(depends_on = [Database])]
struct Scheduler;

#[resource]
impl Scheduler {
    #[start]
    fn open(_database: Arc<Database>) -> Self {
        Self
    }
}

fn main() {
    let plan = lifecycle::plan![Scheduler];
    let names: Vec<_> = plan.nodes().iter().map(|node| node.name()).collect();
    assert_eq!(names, ["Database", "Scheduler"]);
}
