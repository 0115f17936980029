//! `Gateway` belongs to the health group `payments`, which the app does not have; write `health_groups = ["payments"]` in `#[lifecycle::app]`

use lifecycle::prelude::*;

#[resource(health_groups = ["payments"])]
struct Gateway;

#[lifecycle::app(services = [Gateway])]
async fn main() {}
