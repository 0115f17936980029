//! The program's arguments are read by the framework, or by a function of the program's.

mod plain {
    use lifecycle::prelude::*;

    #[resource]
    struct Settings;

    #[lifecycle::app(services = [Settings], cli)]
    pub async fn run() {}
}

use lifecycle::cli::Command;
use lifecycle::prelude::*;

#[resource]
struct Settings;

fn arguments() -> Command {
    let _ = plain::run;
    Command::Check
}

#[lifecycle::app(services = [Settings], cli = arguments)]
async fn main() {}
