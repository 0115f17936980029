//! unknown key `evry`; did you mean `every`?

use lifecycle::prelude::*;

#[resource]
struct Database;

#[resource]
impl Database {
    #[health(evry = "5s")]
    fn ping(&self) {}
}

fn main() {}
