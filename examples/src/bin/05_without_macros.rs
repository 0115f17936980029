//! The same without attributes: components by hand, one from a closure, and an app inside a `main` of your own.
//!
//! The attributes write nothing that you cannot write. Put together by hand, the order is checked when it is built.
//!
//! ```console
//! $ cargo run -p examples --bin 05_without_macros
//! clock: up
//! ticker: tick 1
//! ticker: tick 2
//! ticker: stops, because requested: two ticks are enough
//! paper: torn off
//! clock: down
//! the app ended with exit code 0
//! ```

#![expect(clippy::print_stdout, reason = "a lesson talks to its reader")]

use std::sync::Arc;
use std::time::Duration;

use lifecycle::RunReport;
use lifecycle::component::{Argument, Custom, DependsOn, Hooks, finished, started};
use lifecycle::plan::{Declaration, EdgeKind, Plan, PlanError};
use lifecycle::prelude::*;

/// A component is a type with a declaration: a name, a kind, policies, and the hooks as functions.
struct Clock {
    tick: Duration,
}

impl Component for Clock {
    type Itself = Self;
    const DECLARATION: Declaration =
        Declaration::resource("clock", module_path!(), line!(), column!()).hooks(&CLOCK);
}

static CLOCK: Hooks = Hooks::new()
    .start(|_cx| {
        started::<Clock, _>(async {
            println!("clock: up");
            Clock {
                tick: Duration::from_millis(50),
            }
        })
    })
    .stop(|_clock, _cx| finished(async { println!("clock: down") }));

struct Ticker {
    clock: Arc<Clock>,
}

/// Without this line, taking the clock below is a compile error.
impl DependsOn<Clock> for Ticker {}

impl Component for Ticker {
    type Itself = Self;
    const DECLARATION: Declaration =
        Declaration::service("ticker", module_path!(), line!(), column!()).hooks(&TICKER);
}

static TICKER: Hooks = Hooks::new()
    .start(|cx| {
        started::<Ticker, _>(async move {
            let clock = Argument::<Ticker>::take(&cx);
            Ticker { clock }
        })
    })
    .run(|ticker, cx| finished(async move { ticker.of::<Ticker>().run(&cx).await }));

impl Ticker {
    async fn run(&self, cx: &Context) {
        for count in [1, 2] {
            tokio::time::sleep(self.clock.tick).await;
            println!("ticker: tick {count}");
        }
        cx.app().shutdown("two ticks are enough");
        println!("ticker: stops, because {}", cx.shutdown_requested().await);
    }
}

/// Where a type for each would be too much, a component is made from closures.
fn plan() -> Result<Plan, PlanError> {
    let mut plan = Plan::builder();
    let clock = plan.add(Clock::DECLARATION);
    let ticker = plan.add(Ticker::DECLARATION);
    plan.depend(ticker, clock, EdgeKind::Hard);
    let paper = Custom::resource("paper").stop(|_cx| async { println!("paper: torn off") });
    let paper = plan.custom(paper);
    plan.depend(paper, clock, EdgeKind::Hard);
    plan.depend(ticker, paper, EdgeKind::Hard);
    plan.build()
}

#[tokio::main]
async fn main() -> Result<RunReport, PlanError> {
    let report = App::builder(plan()?).signals(true).run().await;
    println!("the app ended with exit code {}", report.exit_code());
    Ok(report)
}
