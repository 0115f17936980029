//! `Database` cannot be built from its fields: `listen` and `started` have no `Default`; add a `#[start]` that returns `Self`

use lifecycle::prelude::*;

#[resource]
struct Database {
    name: String,
    listen: std::net::SocketAddr,
    started: std::time::Instant,
}

fn main() {}
