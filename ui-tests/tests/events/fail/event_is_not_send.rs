//! `Placed` cannot be sent between threads safely

use std::rc::Rc;
use std::sync::Arc;

use lifecycle::prelude::*;

struct Placed(#[expect(dead_code)] Rc<u32>);

#[resource]
struct Desk;

#[resource]
impl Desk {
    #[on]
    fn confirm(&self, _placed: Arc<Placed>) {}
}

fn main() {}
