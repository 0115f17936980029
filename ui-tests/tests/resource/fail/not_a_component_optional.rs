//! `Foo` is not a lifecycle component

use lifecycle::prelude::*;

struct Foo;

#[resource(depends_on = [optional(Foo)])]
struct Database;

fn main() {}
