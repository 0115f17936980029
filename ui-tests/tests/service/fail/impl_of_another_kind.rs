//! the struct `Api` is not annotated with `#[resource]`

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
