//! `Carts` does not depend on `Database`

use lifecycle::prelude::*;

#[resource]
struct Database;

#[resource]
struct Carts;

#[resource]
impl Carts {
    #[every("30s")]
    async fn expire(&self, db: std::sync::Arc<Database>) { let _ = db; }
}

fn main() {}
