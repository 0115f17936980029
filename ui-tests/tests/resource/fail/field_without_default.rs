//! field `listen` of `Database` cannot be built

use lifecycle::prelude::*;

#[resource]
struct Database {
    name: String,
    listen: std::net::SocketAddr,
    started: std::time::Instant,
}

fn main() {}
