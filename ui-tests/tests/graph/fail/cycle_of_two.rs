//! dependency cycle: Database -> Cache -> Database

use lifecycle::prelude::*;

#[resource(depends_on = [Cache])]
struct Database;

#[resource(depends_on = [Database])]
struct Cache;

#[lifecycle::app(services = [Database])]
async fn main() {}
