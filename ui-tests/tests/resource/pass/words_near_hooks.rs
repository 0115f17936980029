//! Attributes whose names are near a hook's, but words of their own, pass through. No such attribute is at hand here:
//! `cfg` takes them away once the hooks have been looked for.

#![deny(warnings)]

use lifecycle::prelude::*;

#[resource]
struct Machine(u8);

#[resource]
impl Machine {
    #[start]
    fn open() -> Self {
        Self(0)
    }

    #[cfg(any())]
    #[step]
    #[state]
    #[road]
    #[train]
    #[wealth]
    #[shop]
    #[star]
    #[ran]
    fn turn(&mut self) {}

    #[cfg(any())]
    #[self::stopp]
    #[mine::strat]
    fn by_paths(&mut self) {}

    #[stop]
    fn close(&self) {
        let _ = self.0;
    }
}

fn main() {
    assert_eq!(lifecycle::plan![Machine].nodes().len(), 1);
}
