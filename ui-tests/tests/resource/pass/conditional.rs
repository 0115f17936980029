//! `#[cfg(..)]` on hooks and fields is respected.

#![deny(warnings)]

use std::sync::Arc;

use lifecycle::prelude::*;

#[resource]
struct Settings;

#[resource]
struct Database {
    #[cfg(any())]
    #[inject]
    gone: Arc<Gone>,
    #[inject]
    #[cfg(all())]
    settings: Arc<Settings>,
}

#[resource]
impl Database {
    #[cfg(any())]
    #[stop]
    fn close(&self, gone: Arc<Gone>) {}

    #[cfg(all())]
    #[stop]
    fn close(&self, _settings: Arc<Settings>) {
        let _ = &self.settings;
    }
}

fn main() {
    assert_eq!(lifecycle::plan![Database].nodes().len(), 2);
}
