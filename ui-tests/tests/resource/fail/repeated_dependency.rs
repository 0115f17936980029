//! `Settings` is already a dependency; write it once

use lifecycle::prelude::*;

#[resource]
struct Settings;

#[resource(depends_on = [Settings, optional(Settings)])]
struct Database;

fn main() {}
