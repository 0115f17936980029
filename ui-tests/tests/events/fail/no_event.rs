//! `#[on]` takes the event that it handles; write `fn confirm(&self, event: Arc<..>)`

use lifecycle::prelude::*;

#[resource]
struct Desk;

#[resource]
impl Desk {
    #[on]
    async fn confirm(&self) {}
}

fn main() {}
