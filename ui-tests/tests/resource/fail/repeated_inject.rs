//! `#[inject]` is already here; write it once

use std::sync::Arc;

use lifecycle::prelude::*;

#[resource]
struct Settings;

#[resource]
struct Database {
    #[inject]
    #[inject]
    settings: Arc<Settings>,
}

fn main() {}
