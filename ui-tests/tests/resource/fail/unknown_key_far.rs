//! unknown key `requires`; `#[resource]` takes `depends_on`

use lifecycle::prelude::*;

#[resource(requires = [Settings])]
struct Database;

fn main() {}
