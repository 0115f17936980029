//! not a value of `configure`; write `configure = a_function`

use lifecycle::prelude::*;

#[resource]
struct Settings;

#[lifecycle::app(services = [Settings], configure = "setup")]
async fn main() {}
