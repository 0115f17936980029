//! Groups of health: some of the app's own, and two that every app has.

use lifecycle::prelude::*;

mod storage {
    use lifecycle::prelude::*;

    #[resource(health_groups = ["payments", "liveness"])]
    pub struct Ledger;
}

#[resource(depends_on = [storage::Ledger], health_groups = ["payments", "check-out_2", "readiness"])]
struct Gateway;

#[lifecycle::app(services = [Gateway], health_groups = ["payments", "check-out_2"])]
async fn main() {}

#[allow(dead_code)]
fn a_plan_alone_has_groups_of_any_name() -> lifecycle::plan::Plan {
    lifecycle::plan![Gateway]
}
