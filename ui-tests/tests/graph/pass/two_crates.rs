//! Components of another crate are dependencies like any others.

#![deny(warnings)]

use std::sync::Arc;

use lifecycle::prelude::*;

use ui_fixture::Database as Store;

#[service(depends_on = [Store, ui_fixture::Settings])]
struct Api;

#[service]
impl Api {
    #[start]
    fn open(store: Arc<Store>, _settings: Arc<ui_fixture::Settings>) -> Self {
        assert_eq!(store.url, "memory");
        Self
    }

    #[run]
    async fn run(&self) {}
}

fn main() {
    let plan = lifecycle::plan![Api];
    let names: Vec<_> = plan.nodes().iter().map(|node| node.name()).collect();
    assert_eq!(names, ["Settings", "Database", "Api"]);
}
