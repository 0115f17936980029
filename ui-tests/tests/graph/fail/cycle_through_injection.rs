//! dependency cycle: Database -> Cache -> Database

use std::sync::Arc;

use lifecycle::prelude::*;

#[resource]
struct Database {
    #[inject]
    cache: Arc<Cache>,
}

#[resource]
struct Cache {
    #[inject]
    database: Option<Arc<Database>>,
}

#[lifecycle::app(services = [Database])]
async fn main() {}
