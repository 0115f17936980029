//! nobody says what the parameters of a generic `#[stop]` are; write concrete types

use lifecycle::prelude::*;

#[resource]
struct Database;

#[resource]
impl Database {
    #[stop]
    fn close<T: Default>(&self) {
        let _ = T::default();
    }
}

fn main() {}
