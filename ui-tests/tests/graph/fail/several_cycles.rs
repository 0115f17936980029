//! dependency cycle: Mail -> Queue -> Mail

use lifecycle::prelude::*;

#[resource(depends_on = [Cache])]
struct Database;

#[resource(depends_on = [Database])]
struct Cache;

#[resource(depends_on = [Queue])]
struct Mail;

#[resource(depends_on = [Mail])]
struct Queue;

#[lifecycle::app(services = [Database, Mail])]
async fn main() {}
