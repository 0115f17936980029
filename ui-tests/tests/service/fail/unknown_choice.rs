//! `ready` cannot be `late`; it is one of `started` and `explicit`

use lifecycle::prelude::*;

#[service(ready = "late")]
struct Api;

#[service]
impl Api {
    #[run]
    async fn run(&self) {}
}

fn main() {}
