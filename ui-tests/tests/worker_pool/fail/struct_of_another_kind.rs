//! the struct `Mailer` is not annotated with `#[resource]`
use lifecycle::prelude::*;

#[worker_pool]
struct Mailer;

#[resource]
impl Mailer {
    #[stop]
    async fn close(&self) {}
}

fn main() {}
