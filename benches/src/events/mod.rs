//! Events: from emit to handled, beside tokio's broadcast channel.

mod systems;

use std::process::ExitCode;
use std::time::Duration;

use tokio::runtime::Runtime;
use tokio::time::Instant;

use crate::rounds::{round, runtime};
use crate::table::{Ratio, median};
use systems::{BURST, Running, System};

/// How much is run.
struct Scale {
    rounds: usize,
    /// Deliveries: events times those who get them.
    deliveries: usize,
    /// Events that are emitted one at a time.
    timed: usize,
}

const FULL: Scale = Scale {
    rounds: 9,
    deliveries: 1_000_000,
    timed: 2_000,
};

const SMOKE: Scale = Scale {
    rounds: 1,
    deliveries: 10_000,
    timed: 50,
};

/// What one system did.
struct Figures {
    system: System,
    /// The time that one delivery took out of the whole.
    each: Duration,
    /// From one emit until all have the event.
    half: Duration,
    most: Duration,
}

/// Runs everything; with `--smoke` little of it.
pub fn main() -> ExitCode {
    let smoke = std::env::args().any(|argument| argument == "--smoke");
    let scale = if smoke { SMOKE } else { FULL };
    let runtime = runtime();
    println!(
        "Events from one who emits to all who get them; medians of interleaved runs.\n\
         Deliveries a second: events times those who get them, emitted in bursts of {BURST}, none of which is dropped.\n\
         p50, p99: from one emit until all have the event. Ratio: deliveries a second against those of tokio's broadcast."
    );
    for getters in [1, 4, 64] {
        print(getters, &measure(&runtime, getters, &scale));
    }
    if smoke {
        println!("\nsmoke: every event got to all");
    }
    ExitCode::SUCCESS
}

/// All systems in turn, round after round, so that whatever else this machine does meets all of them.
fn measure(runtime: &Runtime, getters: usize, scale: &Scale) -> Vec<Figures> {
    let bursts = (scale.deliveries / getters / BURST).max(1);
    let (timed, rounds) = (scale.timed, scale.rounds);
    let mut samples: Vec<(Vec<Duration>, Vec<Duration>)> =
        vec![Default::default(); System::ALL.len()];
    for _ in 0..rounds {
        for (system, (times, latencies)) in System::ALL.into_iter().zip(&mut samples) {
            let sample = round(runtime, async move {
                let mut running = Running::start(system, getters).await;
                running.emit(BURST).await;
                let begun = Instant::now();
                for _ in 0..bursts {
                    running.emit(BURST).await;
                }
                let time = begun.elapsed();
                let mut latencies = Vec::with_capacity(timed);
                for _ in 0..timed {
                    let begun = Instant::now();
                    running.emit(1).await;
                    latencies.push(begun.elapsed());
                }
                running.end().await;
                (time, latencies)
            });
            let (time, mut found) = sample;
            times.push(time / (bursts * BURST * getters) as u32);
            latencies.append(&mut found);
        }
    }
    let systems = System::ALL.into_iter().zip(samples);
    systems
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

fn print(getters: usize, figures: &[Figures]) {
    println!(
        "\n{getters} who get{} them\n  {:<34}{:>18}{:>8}{:>12}{:>12}",
        if getters == 1 { "s" } else { "" },
        "",
        "M deliveries/s",
        "ratio",
        "p50",
        "p99",
    );
    let broadcast = figures[0].each;
    for figures in figures {
        println!(
            "  {:<34}{:>18}{:>8}{:>12}{:>12}",
            figures.system.name(),
            format!("{:.3}", 1e-6 / figures.each.as_secs_f64().max(1e-9)),
            Ratio::of(broadcast, figures.each),
            micros(figures.half),
            micros(figures.most),
        );
    }
}

fn micros(time: Duration) -> String {
    format!("{:.1} µs", time.as_secs_f64() * 1e6)
}
