//! unknown key `workers`
use lifecycle::prelude::*;

#[resource(workers = 4)]
struct Mailer;

fn main() {}
