//! neither a handle of a declared dependency
use lifecycle::prelude::*;

#[resource]
struct Database;

#[resource(depends_on = [Database])]
struct Api;

#[resource]
impl Api {
    #[start]
    async fn start(_database: Queue<Database>) -> Self {
        Self
    }
}

fn main() {}
