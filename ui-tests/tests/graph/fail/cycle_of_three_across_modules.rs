//! dependency cycle: Database -> Cache -> Sessions -> Database

use lifecycle::prelude::*;

mod storage {
    use lifecycle::prelude::*;

    #[resource(depends_on = [crate::memory::Cache])]
    pub struct Database;
}

mod memory {
    use lifecycle::prelude::*;

    use crate::web::Sessions as Visits;

    #[resource(depends_on = [Visits])]
    pub struct Cache;
}

mod web {
    use lifecycle::prelude::*;

    type Store = crate::storage::Database;

    #[resource(depends_on = [Store])]
    pub struct Sessions;
}

#[service(depends_on = [storage::Database])]
struct Api;

#[service]
impl Api {
    #[run]
    async fn run(&self) {}
}

#[lifecycle::app(services = [Api])]
async fn main() {}
