//! not the name of a type; write the component's type, such as `Settings`

use lifecycle::prelude::*;

#[resource]
struct Settings;

#[resource(depends_on = [&Settings])]
struct Database;

fn main() {}
