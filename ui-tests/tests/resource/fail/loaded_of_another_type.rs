//! a hook returns `Other` or a `Result` of it

use lifecycle::prelude::*;

struct Config;
struct Other;

#[resource]
struct Database;

#[resource]
impl Database {
    #[load]
    fn load() -> Config {
        Config
    }

    #[start]
    fn open(_config: Loaded<Other>) -> Self {
        Self
    }
}

fn main() {}
