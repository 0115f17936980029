//! Restarts: from a failure to running again, and what it costs to build anew what needs a component.

mod dependents;
mod failing;

use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use tokio::runtime::Runtime;

use crate::rounds::{round, runtime};
use crate::table::{Ratio, median};
use dependents::Rebuilt;
use failing::Failing;

/// How much is run.
struct Scale {
    rounds: usize,
    /// Failures in one round.
    failures: usize,
    /// Dependents, and how often they are built anew in one round.
    dependents: &'static [(usize, usize)],
}

const FULL: Scale = Scale {
    rounds: 15,
    failures: 5_000,
    dependents: &[(1, 400), (10, 200), (100, 50), (1_000, 10)],
};

const SMOKE: Scale = Scale {
    rounds: 1,
    failures: 200,
    dependents: &[(1, 5), (10, 5), (100, 2)],
};

/// Runs everything; with `--smoke` little of it.
pub fn main() -> ExitCode {
    let smoke = std::env::args().any(|argument| argument == "--smoke");
    let scale = if smoke { SMOKE } else { FULL };
    let runtime = runtime();
    failures(&runtime, &scale);
    println!(
        "\nOne component and all that need it, taken down and started afresh; each is a task that waits for its token.\n\
         From the request until all of them run again; medians of interleaved runs."
    );
    for &(count, times) in scale.dependents {
        rebuilds(&runtime, count, times, scale.rounds);
    }
    if smoke {
        println!("\nsmoke: everything was restarted");
    }
    ExitCode::SUCCESS
}

fn failures(runtime: &Runtime, scale: &Scale) {
    println!(
        "A run loop that fails at once, {} times in a row; from its error to its next call, without a backoff.\n\
         Medians and 99th percentiles of {} interleaved runs.",
        scale.failures, scale.rounds
    );
    let mut times: Vec<Vec<Duration>> = vec![Vec::new(); Failing::ALL.len()];
    for _ in 0..scale.rounds {
        for (system, times) in Failing::ALL.into_iter().zip(&mut times) {
            let failures = scale.failures;
            times.extend(round(runtime, async move { system.run(failures).await }));
        }
    }
    let reference = median(times[0].iter().copied());
    println!("\n  {:<46}{:>12}{:>12}{:>9}", "", "p50", "p99", "ratio");
    for (system, mut times) in Failing::ALL.into_iter().zip(times) {
        times.sort_unstable();
        let (half, most) = (times[times.len() / 2], times[times.len() * 99 / 100]);
        println!(
            "  {:<46}{:>12}{:>12}{:>9}",
            system.name(),
            micros(half),
            micros(most),
            Ratio::of(half, reference).to_string()
        );
    }
}

fn rebuilds(runtime: &Runtime, count: usize, times: usize, rounds: usize) {
    let mut found: Vec<Vec<Duration>> = vec![Vec::new(); Rebuilt::ALL.len()];
    for _ in 0..rounds {
        for (system, found) in Rebuilt::ALL.into_iter().zip(&mut found) {
            found.extend(round(runtime, system.run(count, times)));
        }
    }
    let reference = median(found[0].iter().copied());
    println!(
        "\n  {count} dependent{}, {} restarts\n  {:<46}{:>12}{:>12}{:>9}",
        if count == 1 { "" } else { "s" },
        times * rounds,
        "",
        "p50",
        "each",
        "ratio"
    );
    for (system, found) in Rebuilt::ALL.into_iter().zip(found) {
        let half = median(found);
        println!(
            "  {:<46}{:>12}{:>12}{:>9}",
            system.name(),
            micros(half),
            micros(half / (count as u32 + 1)),
            Ratio::of(half, reference).to_string()
        );
    }
}

fn micros(time: Duration) -> String {
    format!("{:.2} µs", time.as_secs_f64() * 1e6)
}

/// Counts those that run, for one who waits until all do.
#[derive(Default)]
struct Count {
    running: std::sync::atomic::AtomicUsize,
    news: tokio::sync::Notify,
}

impl Count {
    fn one(&self, of: usize) {
        use std::sync::atomic::Ordering::Relaxed;
        if self.running.fetch_add(1, Relaxed) + 1 == of {
            self.news.notify_one();
        }
    }

    fn reset(&self) {
        use std::sync::atomic::Ordering::Relaxed;
        self.running.store(0, Relaxed);
    }

    fn new() -> Arc<Self> {
        Arc::default()
    }
}
