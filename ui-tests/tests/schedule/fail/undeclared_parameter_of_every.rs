//! a hook of `Carts` cannot take `Arc<Database>`

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
