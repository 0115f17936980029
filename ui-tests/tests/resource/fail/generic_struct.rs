//! generic components are not supported yet; write a struct with concrete types

use lifecycle::prelude::*;

#[resource]
struct Database<T> {
    pool: Vec<T>,
}

fn main() {}
