//! this impl block says `resource`, but its struct says `service`; write `#[service]` above it

use lifecycle::prelude::*;

#[service]
struct Api;

#[resource]
impl Api {
    #[start]
    fn open() -> Self {
        Self
    }
}

fn main() {}
