//! What it costs to be seen: probes under load, health checks, and observers of a start.

mod checks;
mod constant;
mod load;
mod observers;

use std::convert::Infallible;
use std::net::SocketAddr;
use std::process::ExitCode;
use std::time::Duration;

use lifecycle::App;
use lifecycle::app::Running;
use lifecycle::component::Custom;
use lifecycle::plan::{CheckPolicy, Plan};
use lifecycle::status::Server;

use crate::rounds::{round, runtime};
use crate::table::{Budgets, Ratio, median};
use observers::Watched;

/// How much is run.
pub(crate) struct Scale {
    components: usize,
    rounds: usize,
    /// The load of one round, and the checks of one round.
    time: Duration,
    /// Starts of each kind.
    starts: usize,
}

const FULL: Scale = Scale {
    components: 1_000,
    rounds: 7,
    time: Duration::from_secs(2),
    starts: 301,
};

const SMOKE: Scale = Scale {
    components: 50,
    rounds: 1,
    time: Duration::from_millis(200),
    starts: 3,
};

/// Runs everything; with `--smoke` little of it, and without judging the figures.
pub fn main() -> ExitCode {
    let smoke = std::env::args().any(|argument| argument == "--smoke");
    let scale = if smoke { SMOKE } else { FULL };
    let mut budgets = Budgets::default();
    probes(&scale, &mut budgets);
    health(&scale);
    starts(&scale, &mut budgets);
    if smoke {
        println!("\nsmoke: everything was asked, checked and watched");
        return ExitCode::SUCCESS;
    }
    budgets.finish()
}

fn probes(scale: &Scale, budgets: &mut Budgets) {
    let Scale {
        components,
        rounds,
        time,
        ..
    } = *scale;
    println!(
        "`/readyz` of an app of {components} components, each with a health check, beside the same server with a constant answer.\n\
         32 connections of one client; answers a second, medians of {rounds} interleaved rounds of {time:?}.\n"
    );
    let runtime = runtime();
    let server = Server::bind("127.0.0.1:0").expect("there is a port");
    let ours = server.local_addr();
    let running: Running = round(&runtime, async move {
        let running = App::builder(checked(components)).with(server).start();
        assert!(running.app().started().await, "it is up");
        running
    });
    let constant = constant::serve().expect("there is another port");
    let ask = |address: SocketAddr| {
        let rate = load::ask(address, "/readyz", time).expect("every request is answered");
        rate as u64
    };
    let (mut theirs, mut found) = (Vec::new(), Vec::new());
    for _ in 0..rounds {
        theirs.push(ask(constant));
        found.push(ask(ours));
    }
    running.app().shutdown("the bench is over");
    assert!(round(&runtime, running.wait()).is_success());
    let (theirs, found) = (median(theirs), median(found));
    let ratio = found as f64 / theirs as f64;
    println!("  {:<46}{theirs:>12}{:>9}", "a constant answer", "1.00x");
    println!(
        "  {:<46}{found:>12}{:>9}",
        "`/readyz`",
        Ratio(ratio).to_string()
    );
    budgets.check(
        ratio >= 0.95,
        format!("`/readyz` under load: {ratio:.2} of a constant answer, at least 0.95"),
    );
}

/// Components with a check each, at the default pace.
fn checked(count: usize) -> Plan {
    let mut plan = Plan::builder();
    for i in 0..count {
        let custom = Custom::resource(format!("node-{i}"))
            .start(|_| std::future::ready(Ok::<_, Infallible>(())))
            .health(CheckPolicy::DEFAULT, |_| {
                std::future::ready(Ok::<_, Infallible>(()))
            });
        plan.custom(custom);
    }
    plan.build().expect("there are no edges")
}

fn health(scale: &Scale) {
    let (components, time) = (scale.components, scale.time);
    println!(
        "\n{components} health checks that find nothing, every {:?}; time of the processor for each, medians of {} rounds.\n\
         By hand: a task for each component, which spawns the check and waits for it with a limit.\n",
        checks::EVERY,
        scale.rounds
    );
    let runtime = runtime();
    let (mut theirs, mut ours) = (Vec::new(), Vec::new());
    for _ in 0..scale.rounds {
        theirs.push(round(&runtime, checks::by_hand(components, time)));
        ours.push(round(&runtime, checks::with_lifecycle(components, time)));
    }
    let reference = median(theirs.iter().map(|checked| checked.each));
    for (name, found) in [("by hand", &theirs), ("lifecycle", &ours)] {
        let each = median(found.iter().map(|checked| checked.each));
        let checks = median(found.iter().map(|checked| checked.checks));
        println!(
            "  {name:<30}{checks:>10} checks{:>12.2} µs{:>9}",
            each.as_secs_f64() * 1e6,
            Ratio::of(each, reference).to_string()
        );
    }
}

fn starts(scale: &Scale, budgets: &mut Budgets) {
    println!(
        "\nStart and stop of {} empty components with those who watch; medians of {} interleaved runs.\n",
        scale.components, scale.starts
    );
    let medians = observers::measure(scale.components, scale.starts);
    let reference = medians[0].1;
    for (watched, time) in &medians {
        println!(
            "  {:<46}{:>9.3} ms{:>9}",
            watched.name(),
            time.as_secs_f64() * 1e3,
            Ratio::of(*time, reference).to_string()
        );
    }
    let of = |which: Watched| medians.iter().find(|(watched, _)| *watched == which);
    if let Some((_, time)) = of(Watched::Info) {
        let ratio = Ratio::of(*time, reference).0;
        budgets.check(
            ratio <= 1.10,
            format!("start and stop with tracing at info: {ratio:.2}x of those that nobody watches, at most 1.10x"),
        );
    }
}
