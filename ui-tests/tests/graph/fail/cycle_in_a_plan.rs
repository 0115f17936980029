//! dependency cycle: Cache -> Database -> Cache

use lifecycle::prelude::*;

#[resource(depends_on = [Cache])]
struct Database;

#[resource(depends_on = [Database])]
struct Cache;

fn main() {
    let _ = lifecycle::plan![Cache, Database];
}
