//! a hook of `Database` cannot take `lifecycle::Late<Settings>`

use lifecycle::prelude::*;

#[resource]
struct Settings;

#[resource(depends_on = [Settings])]
struct Database;

#[resource]
impl Database {
    #[start]
    fn open(_settings: Late<Settings>) -> Self {
        Self
    }
}

fn main() {}
