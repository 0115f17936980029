//! `cli` is there with the feature `cli` of the crate `lifecycle`

use lifecycle::prelude::*;

#[resource]
struct Settings;

#[lifecycle::app(services = [Settings], cli)]
async fn main() {}
