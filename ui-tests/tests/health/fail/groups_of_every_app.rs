//! every app has the health group `readiness`; remove it here

use lifecycle::prelude::*;

#[resource]
struct Gateway;

#[lifecycle::app(services = [Gateway], health_groups = ["readiness"])]
async fn main() {}
