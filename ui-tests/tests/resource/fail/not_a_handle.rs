//! `Settings` cannot be injected

use lifecycle::prelude::*;

#[resource]
struct Settings;

#[resource]
struct Database {
    #[inject]
    settings: Settings,
}

fn main() {}
