//! no component belongs to the health group `checkout`

use lifecycle::prelude::*;

#[resource(health_groups = ["payments"])]
struct Gateway;

#[lifecycle::app(services = [Gateway], health_groups = ["checkout", "payments", "refunds"])]
async fn main() {}
