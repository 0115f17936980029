//! `#[stop]` is already on `close`; a component has one `#[stop]` hook

use lifecycle::prelude::*;

#[resource]
struct Database;

#[resource]
impl Database {
    #[stop]
    fn close(&self) {}

    #[stop]
    async fn flush(&self) {}
}

fn main() {}
