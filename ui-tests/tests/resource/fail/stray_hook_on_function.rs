//! `#[load]` works only in an annotated impl block

use lifecycle::prelude::*;

#[load]
fn load() {}

fn main() {
    load();
}
