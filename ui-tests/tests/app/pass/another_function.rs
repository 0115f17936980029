//! The function may have another name than `main`, so that a program picks one.

#![deny(warnings)]

use lifecycle::prelude::*;

#[service]
struct Api;

#[service]
impl Api {
    #[run]
    async fn run(&self) {}
}

mod serve {
    #[lifecycle::app(services = [super::Api])]
    pub(super) async fn serve(_cx: lifecycle::Context) {}
}

#[lifecycle::app(services = [Api])]
async fn work() {}

fn main() -> std::process::ExitCode {
    if std::env::args().count() > 100 { work() } else { serve::serve() }
}
