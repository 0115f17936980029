//! Aliases and renamed imports lead to the component.

#![deny(warnings)]

use std::sync::Arc;

use lifecycle::prelude::*;

mod storage {
    use lifecycle::prelude::*;

    #[resource]
    pub struct Database;
}

use storage::Database as Store;

type Alias = storage::Database;
type Handle = Arc<storage::Database>;

#[resource(depends_on = [Store])]
struct One;

#[resource]
impl One {
    #[start]
    fn open(_alias: Arc<Alias>) -> Self {
        Self
    }
}

#[resource(depends_on = [Alias])]
struct Two;

#[resource]
impl Two {
    #[start]
    fn open(_handle: Handle) -> Self {
        Self
    }
}

#[resource]
struct Three {
    #[inject]
    handle: std::sync::Arc<Alias>,
}

impl Three {
    fn handle(&self) -> &storage::Database {
        &self.handle
    }
}

fn main() {
    let _ = Three::handle;
    let plan = lifecycle::plan![One, Two, Three];
    assert_eq!(plan.nodes().len(), 4);
    assert_eq!(plan.nodes()[0].name(), "Database");
}
