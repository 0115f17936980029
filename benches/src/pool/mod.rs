//! Worker pools: jobs a second, and the time from submit to done, beside bare channels.

mod systems;

use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use tokio::runtime::Runtime;
use tokio::time::Instant;

use crate::rounds::{round, runtime};
use crate::table::{Budgets, Ratio, median};
use systems::{CAPACITY, Load, System};

const BUSY: Load = Load::Busy(Duration::from_micros(10));

/// One kind of run.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Case {
    workers: usize,
    bounded: bool,
    load: Load,
}

/// The one that has a budget.
const JUDGED: Case = Case {
    workers: 4,
    bounded: true,
    load: Load::Empty,
};

/// How much is run.
struct Scale {
    rounds: usize,
    judged_rounds: usize,
    judged_jobs: usize,
    empty_jobs: usize,
    busy_jobs: usize,
    /// Jobs whose latency is taken.
    timed: usize,
}

const FULL: Scale = Scale {
    rounds: 5,
    judged_rounds: 15,
    judged_jobs: 1_000_000,
    empty_jobs: 200_000,
    busy_jobs: 10_000,
    timed: 20_000,
};

const SMOKE: Scale = Scale {
    rounds: 1,
    judged_rounds: 1,
    judged_jobs: 5_000,
    empty_jobs: 5_000,
    busy_jobs: 500,
    timed: 500,
};

/// What one system did in one case.
struct Figures {
    system: System,
    /// The time that one job took out of the whole.
    each: Duration,
    half: Duration,
    most: Duration,
}

/// Runs everything; with `--smoke` little of it, and without judging the figures; with `--judged` only what has a budget.
pub fn main() -> ExitCode {
    let has = |wanted| std::env::args().any(|argument| argument == wanted);
    let (smoke, judged) = (has("--smoke"), has("--judged"));
    let scale = if smoke { SMOKE } else { FULL };
    let runtime = runtime();
    println!(
        "Jobs through a pool; medians of interleaved runs. Bounded: {CAPACITY} jobs may wait.\n\
         Jobs a second: one submits them as fast as it can. p50, p99: from submit to done, as many submit and wait, one job \
         each, as there are workers.\n\
         Ratio: jobs a second against those of the best bare channel of the same bound."
    );
    let mut budgets = Budgets::default();
    for load in [Load::Empty, BUSY] {
        for bounded in [true, false] {
            for workers in [1, 4, 64] {
                let case = Case {
                    workers,
                    bounded,
                    load,
                };
                if judged && case != JUDGED {
                    continue;
                }
                let figures = measure(&runtime, case, &scale);
                print(case, &figures);
                if case == JUDGED {
                    judge(&figures, &mut budgets);
                }
            }
        }
    }
    if smoke {
        println!("\nsmoke: every job was done; no figure was judged");
        return ExitCode::SUCCESS;
    }
    budgets.finish()
}

/// All systems in turn, round after round, so that whatever else this machine does meets all of them.
fn measure(runtime: &Runtime, case: Case, scale: &Scale) -> Vec<Figures> {
    let (rounds, jobs) = match case.load {
        Load::Empty if case == JUDGED => (scale.judged_rounds, scale.judged_jobs),
        Load::Empty => (scale.rounds, scale.empty_jobs),
        Load::Busy(_) => (scale.rounds, scale.busy_jobs),
    };
    let mut samples: Vec<(Vec<Duration>, Vec<Duration>)> =
        vec![Default::default(); System::ALL.len()];
    for _ in 0..rounds {
        for (system, (times, latencies)) in System::ALL.into_iter().zip(&mut samples) {
            let sample = round(runtime, async move {
                let running = Arc::new(system.start(case.workers, case.bounded).await?);
                running.burst(jobs / 10, case.load).await;
                let begun = Instant::now();
                running.burst(jobs, case.load).await;
                let time = begun.elapsed();
                let latencies = latencies_of(&running, case, scale_of(case, jobs)).await;
                Arc::into_inner(running)?.end().await;
                Some((time, latencies))
            });
            if let Some((time, mut found)) = sample {
                times.push(time / jobs as u32);
                found.truncate(scale.timed);
                latencies.append(&mut found);
            }
        }
    }
    let systems = System::ALL.into_iter().zip(samples);
    systems
        .filter(|(_, (times, _))| !times.is_empty())
        .map(|(system, (times, mut latencies))| {
            latencies.sort_unstable();
            Figures {
                system,
                each: median(times),
                half: latencies[latencies.len() / 2],
                most: latencies[latencies.len() * 99 / 100],
            }
        })
        .collect()
}

/// How many jobs each of those who wait submits.
fn scale_of(case: Case, jobs: usize) -> usize {
    (jobs / 20).min(4_000) / case.workers + 1
}

async fn latencies_of(running: &Arc<systems::Running>, case: Case, each: usize) -> Vec<Duration> {
    let submitters: Vec<_> = (0..case.workers)
        .map(|_| {
            let running = Arc::clone(running);
            tokio::spawn(async move {
                let mut times = Vec::with_capacity(each);
                for _ in 0..each {
                    let begun = Instant::now();
                    running.one(case.load).await;
                    times.push(begun.elapsed());
                }
                times
            })
        })
        .collect();
    let mut times = Vec::new();
    for submitter in submitters {
        times.extend(submitter.await.expect("it does not panic"));
    }
    times
}

/// The best of the bare channels.
fn best(figures: &[Figures]) -> Duration {
    let bare = figures.iter().filter(|figures| figures.system.is_bare());
    bare.map(|figures| figures.each)
        .min()
        .expect("there are two")
}

fn print(case: Case, figures: &[Figures]) {
    println!(
        "\n{}, {} worker{}, {}\n  {:<38}{:>14}{:>8}{:>12}{:>12}",
        match case.load {
            Load::Empty => "empty jobs".to_owned(),
            Load::Busy(time) => format!("jobs of {time:?}"),
        },
        case.workers,
        if case.workers == 1 { "" } else { "s" },
        if case.bounded { "bounded" } else { "unbounded" },
        "",
        "M jobs/s",
        "ratio",
        "p50",
        "p99",
    );
    let best = best(figures);
    for figures in figures {
        println!(
            "  {:<38}{:>14}{:>8}{:>12}{:>12}",
            figures.system.name(),
            format!("{:.3}", 1e-6 / figures.each.as_secs_f64()),
            Ratio::of(best, figures.each),
            micros(figures.half),
            micros(figures.most),
        );
    }
}

fn micros(time: Duration) -> String {
    format!("{:.1} µs", time.as_secs_f64() * 1e6)
}

fn judge(figures: &[Figures], budgets: &mut Budgets) {
    let best = best(figures);
    for figures in figures.iter().filter(|figures| figures.system.is_ours()) {
        let ratio = Ratio::of(best, figures.each);
        budgets.check(
            ratio.0 >= 0.9,
            format!(
                "{} empty jobs, {} workers, bounded: {} does {ratio} the jobs of the best bare channel, at least 0.90x",
                FULL.judged_jobs,
                JUDGED.workers,
                figures.system.name()
            ),
        );
    }
}
