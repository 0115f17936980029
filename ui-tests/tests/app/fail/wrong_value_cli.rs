//! not a value of `cli`; write `cli = a_function`

use lifecycle::prelude::*;

#[resource]
struct Settings;

#[lifecycle::app(services = [Settings], cli = true)]
async fn main() {}
