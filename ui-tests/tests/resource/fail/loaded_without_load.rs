//! `Loaded<Config>` without a `#[load]`; add `#[load] fn load() -> Config`

use lifecycle::prelude::*;

#[resource]
struct Database;

#[resource]
impl Database {
    #[start]
    fn open(_config: Loaded<Config>) -> Self {
        Self
    }
}

struct Config;

fn main() {}
