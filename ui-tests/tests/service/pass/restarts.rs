//! All keys of restarts, in the combinations that make sense.

#![deny(warnings)]

use lifecycle::RestartNow;
use lifecycle::component::BoxError;
use lifecycle::prelude::*;

/// A resource is rebuilt when a task that it spawned fails.
#[resource(
    retry = 3,
    restart = "on-failure",
    backoff = "10ms..1s",
    max_restarts = 2,
    scope = "dependents",
    heartbeat = "1m",
)]
struct Connection;

#[resource(restart = "never", backoff = "10ms..1s", retry = 1)]
struct Settings;

#[service(
    depends_on = [Connection, Settings],
    restart = "on-failure",
    backoff = "100ms..30s",
    max_restarts = 5,
    within = "60s",
    scope = "self",
    escalate = "degrade",
    heartbeat = "10s",
    on_finish = "shutdown",
)]
struct Feed;

#[service]
impl Feed {
    #[run]
    async fn follow(&self, cx: Context) -> Result<(), BoxError> {
        cx.beat();
        Err(RestartNow::because("the address changed").into())
    }
}

#[service(restart = "always", within = "5m", escalate = "shutdown")]
struct Ticker;

#[service]
impl Ticker {
    #[run]
    async fn tick(&self) {}
}

/// What takes it down has to be said, as for any other; only that it takes the app down cannot be.
#[service(optional, restart = "always", escalate = "degrade")]
struct Extra;

#[service]
impl Extra {
    #[run]
    async fn run(&self) {}
}

fn main() {
    let plan = lifecycle::plan![Feed, Ticker, Extra];
    assert_eq!(plan.nodes().len(), 5);
    let policy = plan.nodes()[plan.find("Feed").unwrap()].declaration().policy;
    assert_eq!((policy.max_restarts, policy.within.as_secs()), (5, 60));
    let policy = plan.nodes()[plan.find("Ticker").unwrap()].declaration().policy;
    assert_eq!((policy.max_restarts, policy.within.as_secs()), (5, 300));
}
