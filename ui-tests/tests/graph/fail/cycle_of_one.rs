//! dependency cycle: Database -> Database

use lifecycle::prelude::*;

#[resource(depends_on = [Database])]
struct Database;

#[lifecycle::app(services = [Database])]
async fn main() {}
