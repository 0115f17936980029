//! `24` cannot stand in the hours; write 0 to 23

use lifecycle::schedule::Cron;

const NIGHTLY: Cron = Cron::new("0 0 24 * * *");

fn main() {
    let _ = NIGHTLY;
}
