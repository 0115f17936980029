//! Attributes of others that are called like a hook pass through: only a path through `lifecycle` is ours.

#![deny(warnings)]

use lifecycle::prelude::*;

#[resource]
struct Database(u8);

// The compiler lets tools have any attribute below their name. As hooks, these would be mistakes.
#[resource]
impl Database {
    #[rust_analyzer::run]
    #[rust_analyzer::health(every = 3)]
    const SIZE: u8 = 1;

    #[lifecycle::start]
    #[rust_analyzer::start]
    fn open() -> Self {
        Self(Self::SIZE)
    }

    #[rust_analyzer::stop]
    fn abort(&mut self) {
        self.0 = 0;
    }

    #[::lifecycle::prelude::stop]
    fn close(&self) {
        let _ = (self.0, Self::abort);
    }
}

fn main() {
    assert_eq!(lifecycle::plan![Database].nodes().len(), 1);
}
