//! `depends_on` says `late(Settings)`; write `Late<Settings>` here, or remove it there

use std::sync::Arc;

use lifecycle::prelude::*;

#[resource]
struct Settings;

#[resource(depends_on = [late(Settings)])]
struct Database {
    #[inject]
    settings: Arc<Settings>,
}

fn main() {}
