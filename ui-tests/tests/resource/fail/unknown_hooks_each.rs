//! unknown hook `stopp`; did you mean `#[stop]`?

use lifecycle::prelude::*;

#[resource]
struct Database;

#[resource]
impl Database {
    #[laod]
    fn read() {}

    #[strat]
    fn open() -> Self {
        Self
    }

    #[rnu]
    async fn work(&self) {}

    #[helth(every = "1s")]
    fn check(&self) {}

    #[drian]
    fn drain(&self) {}

    #[stopp]
    fn close(&self) {}
}

fn main() {}
