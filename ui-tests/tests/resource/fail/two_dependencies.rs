//! `late(..)` holds one dependency; write `late(A), late(B)`

use lifecycle::prelude::*;

#[resource]
struct Cache;

#[resource]
struct Mail;

#[resource(depends_on = [late(Cache, Mail)])]
struct Database;

fn main() {}
