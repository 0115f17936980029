//! `Foo` is not a lifecycle component

use std::sync::Arc;

use lifecycle::prelude::*;

struct Foo;

#[resource]
struct Database {
    #[inject]
    foo: Arc<Foo>,
}

fn main() {}
