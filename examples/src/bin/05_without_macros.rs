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
//! clock: down
//! feed-eu: closed
//! feed-us: closed
//! the app ended with exit code 0
//! ```

#![expect(clippy::print_stdout, reason = "a lesson talks to its reader")]

use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

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
            let tick = Duration::from_millis(50);
            Clock { tick }
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
        Declaration::service("ticker", module_path!(), line!(), column!())
            .stop_timeout(Duration::from_secs(1))
            .hooks(&TICKER);
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

/// Components whose number is only known at run time are made from closures.
fn plan(regions: &[&str]) -> Result<Plan, PlanError> {
    let mut plan = Plan::builder();
    let clock = plan.add(Clock::DECLARATION);
    let ticker = plan.add(Ticker::DECLARATION);
    plan.depend(ticker, clock, EdgeKind::Hard);
    for region in regions {
        let feed = Custom::resource(format!("feed-{region}"));
        let feed = plan.custom(feed.stop(|cx| async move { println!("{}: closed", cx.name()) }));
        plan.depend(ticker, feed, EdgeKind::Hard);
    }
    plan.build()
}

#[tokio::main]
async fn main() -> Result<ExitCode, PlanError> {
    let app = App::builder(plan(&["eu", "us"])?).signals(true);
    let report = app.run().await;
    println!("the app ended with exit code {}", report.exit_code());
    Ok(ExitCode::from(report.exit_code()))
}
