//! `#[inject]` works only on a field of an annotated struct

use lifecycle::prelude::*;

#[inject]
struct Database;

fn main() {
    let _ = Database;
}
