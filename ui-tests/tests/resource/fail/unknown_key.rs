//! unknown key `depend_on`; did you mean `depends_on`?

use lifecycle::prelude::*;

#[resource]
struct Settings;

#[resource(depend_on = [Settings])]
struct Database;

#[resource]
impl Database {
    #[start]
    fn open(_settings: std::sync::Arc<Settings>) -> Self {
        Self
    }
}

fn main() {}
