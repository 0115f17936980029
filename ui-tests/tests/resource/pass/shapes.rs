//! Structs of every shape, with and without hooks, private and inside functions.

#![deny(warnings)]

use std::sync::Arc;

use lifecycle::prelude::*;

#[resource]
struct Unit;

#[resource]
struct Tuple(u8, #[inject] Arc<Unit>);

#[resource]
struct Empty {}

#[resource]
pub struct Public {
    pub number: u8,
    #[inject]
    unit: Option<Arc<Unit>>,
    #[inject]
    late: Late<Tuple>,
}

impl Public {
    fn parts(&self) -> (&Option<Arc<Unit>>, &Late<Tuple>) {
        (&self.unit, &self.late)
    }
}

impl Tuple {
    fn parts(&self) -> (u8, &Unit) {
        (self.0, &self.1)
    }
}

fn main() {
    #[resource(depends_on = [Empty])]
    struct Inner;

    #[resource]
    impl Inner {
        #[start]
        fn open(_empty: Arc<Empty>) -> Self {
            Self
        }
    }

    let _ = (Tuple::parts, Public::parts);
    assert_eq!(lifecycle::plan![Inner, Public].nodes().len(), 5);
}
