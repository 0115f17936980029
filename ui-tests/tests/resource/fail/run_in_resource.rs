//! a resource has no run loop; make it a `#[service]`, on the struct and here, or remove `#[run]`

use lifecycle::prelude::*;

#[resource]
struct Database;

#[resource]
impl Database {
    #[run]
    async fn serve(&self) {}
}

fn main() {}
