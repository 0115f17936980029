//! a hook of `Database` cannot take `Arc<Settings>`

use std::sync::Arc;

use lifecycle::prelude::*;

#[resource]
struct Settings;

#[resource]
struct Database;

#[resource]
impl Database {
    #[start]
    fn open(_settings: Arc<Settings>) -> Self {
        Self
    }
}

fn main() {}
