//! a hook of `Desk` cannot take `Arc<Mailer>`

use std::sync::Arc;

use lifecycle::prelude::*;

struct Placed;

#[resource]
struct Mailer;

#[resource]
struct Desk;

#[resource]
impl Desk {
    #[on]
    async fn confirm(&self, _placed: Arc<Placed>, _mailer: Arc<Mailer>) {}
}

fn main() {}
