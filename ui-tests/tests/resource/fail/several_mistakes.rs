//! unknown key `nam`; did you mean `name`?

use lifecycle::prelude::*;

// Each of them is reported in the same build.
#[resource(nam = "db", retry = 0, start_timeout = "soon", depends_on = [Settings, Settings])]
struct Database;

#[resource]
struct Settings;

fn main() {}
