//! a hook of `Api` cannot take `u16`

use lifecycle::prelude::*;

#[service]
struct Api;

#[service]
impl Api {
    #[run]
    async fn run(&self, _port: u16) {}
}

fn main() {}
