//! What it costs to be seen: probes under load, health checks, and observers of a start.

mod checks;
mod constant;
mod load;
mod observers;
mod probes;
mod processor;

use std::process::ExitCode;
use std::time::Duration;

use crate::rounds::{round, runtime};
use crate::table::{Budgets, Millis, Ratio, median};
use observers::Watched;

/// How much is run.
pub(crate) struct Scale {
    components: usize,
    /// Rounds of the load, and how long each is.
    loads: (usize, Duration),
    /// Rounds of checks, and how long each is.
    checks: (usize, Duration),
    /// Starts of each kind.
    starts: usize,
}

const FULL: Scale = Scale {
    components: 1_000,
    loads: (41, Duration::from_millis(300)),
    checks: (11, Duration::from_secs(1)),
    starts: 301,
};

const SMOKE: Scale = Scale {
    components: 50,
    loads: (2, Duration::from_millis(50)),
    checks: (1, Duration::from_millis(200)),
    starts: 3,
};

/// Runs everything; with `--smoke` little of it, and without judging the figures.
pub fn main() -> ExitCode {
    let smoke = std::env::args().any(|argument| argument == "--smoke");
    let scale = if smoke { SMOKE } else { FULL };
    let mut budgets = Budgets::default();
    load(&scale, &mut budgets);
    health(&scale);
    starts(&scale, &mut budgets);
    if smoke {
        println!("\nsmoke: everything was asked, checked and watched; no figure was judged");
        return ExitCode::SUCCESS;
    }
    budgets.finish()
}

fn load(scale: &Scale, budgets: &mut Budgets) {
    let (components, (rounds, time)) = (scale.components, scale.loads);
    println!(
        "`/readyz` of an app of {components} components, each with a health check, beside the same server with a constant answer.\n\
         32 connections of one client; medians of {rounds} interleaved rounds of {time:?}.\n\n\
         {:>50}{:>24}",
        "answers a second", "its thread, for each"
    );
    let found = probes::measure(components, rounds, time);
    let (theirs, ours) = (found.constant, found.readyz);
    for (name, served, ratio) in [
        ("a constant answer", theirs, 1.0),
        ("`/readyz`", ours, found.ratio),
    ] {
        println!(
            "  {name:<30}{:>10.0}{:>8}{:>13.2} µs{:>8}",
            served.a_second,
            Ratio(ratio).to_string(),
            micros(served.each),
            Ratio::of(served.each, theirs.each),
        );
    }
    budgets.check(
        found.ratio >= 0.95,
        format!(
            "`/readyz` under load: {:.2} of a constant answer, at least 0.95",
            found.ratio
        ),
    );
}

fn health(scale: &Scale) {
    let (components, (rounds, time)) = (scale.components, scale.checks);
    println!(
        "\n{components} health checks that find nothing, every {:?}; medians of {rounds} interleaved rounds of {time:?}.\n\
         By hand: a task for each component, which spawns the check, waits for it with a limit and keeps the last answer.\n\n\
         {:>42}{:>24}",
        checks::EVERY,
        "checks",
        "processor, for each"
    );
    let runtime = runtime();
    let (mut theirs, mut ours) = (Vec::new(), Vec::new());
    for _ in 0..rounds {
        theirs.push(round(&runtime, checks::by_hand(components, time)));
        ours.push(round(&runtime, checks::with_lifecycle(components, time)));
    }
    let reference = median(theirs.iter().map(|checked| checked.each));
    for (name, found) in [("by hand", &theirs), ("lifecycle", &ours)] {
        let each = median(found.iter().map(|checked| checked.each));
        let checks = median(found.iter().map(|checked| checked.checks));
        println!(
            "  {name:<30}{checks:>10}{:>13.2} µs{:>8}",
            micros(each),
            Ratio::of(each, reference),
        );
    }
}

fn starts(scale: &Scale, budgets: &mut Budgets) {
    println!(
        "\nStart and stop of {} empty components with those who watch; medians of {} interleaved runs.\n\
         The stop is over when the report is there, and so all who watch have taken their leave.\n\n\
         {:>55}{:>19}{:>19}",
        scale.components, scale.starts, "start", "stop", "both"
    );
    let found = observers::measure(scale.components, scale.starts);
    let reference = found[0].1;
    for (watched, took) in &found {
        print!("  {:<42}", watched.name());
        for (took, reference) in [
            (took.start, reference.start),
            (took.stop, reference.stop),
            (took.both, reference.both),
        ] {
            print!("{:>11}{:>8}", Millis(took), Ratio::of(took, reference));
        }
        println!();
    }
    let info = found
        .iter()
        .find(|(watched, _)| *watched == Watched::Info)
        .expect("all are measured");
    let ratio = Ratio::of(info.1.both, reference.both);
    budgets.check(
        ratio.0 <= 1.10,
        format!("start and stop with tracing at info: {ratio} of those that nobody watches, at most 1.10x"),
    );
}

fn micros(time: Duration) -> f64 {
    time.as_secs_f64() * 1e6
}
