//! a service does no jobs; make it a `#[worker_pool]`, on the struct and here, or remove `#[unfinished]`
use lifecycle::prelude::*;

#[service]
struct Mailer;

#[service]
impl Mailer {
    #[run]
    async fn run(&self) {}

    #[unfinished]
    async fn park(&self, _mails: lifecycle::pool::Unfinished<String>) {}
}

fn main() {}
