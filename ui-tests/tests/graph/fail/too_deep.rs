//! a chain of dependencies is longer than 3 components

use lifecycle::prelude::*;

#[resource]
struct A;

#[resource(depends_on = [A])]
struct B;

#[resource(depends_on = [B])]
struct C;

#[resource(depends_on = [C])]
struct D;

#[lifecycle::app(services = [D], max_depth = 3)]
async fn main() {}
