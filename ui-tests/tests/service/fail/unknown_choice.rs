//! `ready` cannot be `explicitly`; it is one of `started` and `explicit`

use lifecycle::prelude::*;

#[service(ready = "explicitly")]
struct Api;

#[service]
impl Api {
    #[run]
    async fn run(&self) {}
}

fn main() {}
