//! `Gateway` belongs to the health group `paymets`, which the app does not have; it has `payments`, `readiness` and `liveness`

use lifecycle::prelude::*;

#[resource(health_groups = ["payments"])]
struct Ledger;

#[resource(depends_on = [Ledger], health_groups = ["readiness", "paymets"])]
struct Gateway;

#[resource(depends_on = [Gateway], health_groups = ["checkout"])]
struct Shop;

#[lifecycle::app(services = [Shop], health_groups = ["payments"])]
async fn main() {}
