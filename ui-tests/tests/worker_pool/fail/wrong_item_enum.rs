//! `#[worker_pool]` on an `enum`
use lifecycle::prelude::*;

#[worker_pool]
enum Mailer {}

fn main() {}
