//! cannot be sent between threads safely

use lifecycle::prelude::*;

#[resource]
struct Database {
    shared: std::rc::Rc<()>,
}

fn main() {}
