//! Start and stop: the rounds, the tables, the budgets.

use std::process::{Command, ExitCode};
use std::time::Duration;

use lifecycle::App;
use lifecycle::plan::Plan;
use tokio::runtime::Runtime;

use crate::Graph;
use crate::rounds::{runtime, workers};
use crate::systems::{Sample, assembly, by_hand, compiled, run_time, subsystems, typed};
use crate::table::{Budgets, Millis, Ratio, median};

/// A component of the critical-path case takes this long to start.
const WORK: Duration = Duration::from_millis(20);
/// The longest chain of the critical-path case, in components.
const LEVELS: u32 = 18;
/// Apps of the memory case, of so many annotated components each.
const IDLE: usize = 10;
/// The argument with which this program runs itself for the memory case.
const IDLE_MODE: &str = "--idle";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum System {
    ByHand,
    Plainly,
    Typed,
    RunTime,
    Compiled,
    Subsystems,
    Assembly,
}

impl System {
    const ALL: [Self; 7] = [
        Self::ByHand,
        Self::Plainly,
        Self::Typed,
        Self::RunTime,
        Self::Compiled,
        Self::Subsystems,
        Self::Assembly,
    ];

    fn name(self) -> &'static str {
        match self {
            Self::ByHand => "hand-written tokio",
            Self::Plainly => "the same, written more plainly",
            Self::Typed => "the same, each component a type",
            Self::RunTime => "lifecycle, plan made at run time",
            Self::Compiled => "lifecycle, annotated components",
            Self::Subsystems => "tokio-graceful-shutdown, no dependencies",
            Self::Assembly => "comprehensive",
        }
    }

    /// One run; `None` where the system has no such size.
    async fn run(self, graph: &Graph) -> Option<Sample> {
        let nothing = || std::future::ready(());
        match self {
            Self::ByHand => Some(by_hand::run(graph, nothing).await),
            Self::Plainly => Some(by_hand::run_plainly(graph).await),
            Self::Typed if graph.len() == typed::COUNT => Some(typed::run(graph).await),
            Self::Typed => None,
            Self::RunTime => Some(run_time::run(graph, nothing).await),
            Self::Compiled if graph.len() == compiled::COUNT => Some(compiled::run().await),
            Self::Compiled => None,
            Self::Subsystems => Some(subsystems::run(graph.len()).await),
            Self::Assembly => assembly::run(graph.len()).await,
        }
    }
}

/// Runs everything; with `--smoke` little of it, and without judging the figures.
pub fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments.first().is_some_and(|first| first == IDLE_MODE) {
        idle();
        return ExitCode::SUCCESS;
    }
    let smoke = arguments.iter().any(|argument| argument == "--smoke");
    let runtime = runtime();
    let mut budgets = Budgets::default();
    let sizes: &[(usize, usize)] = if smoke {
        &[(10, 3), (100, 3)]
    } else {
        &[(10, 401), (100, 201), (1_000, 101), (10_000, 15)]
    };
    println!(
        "Start and stop of empty components, three dependencies each; medians of interleaved runs."
    );
    let mut costs = Vec::new();
    for &(count, rounds) in sizes {
        let medians = measure(&runtime, count, rounds);
        print_size(count, rounds, &medians);
        if count == compiled::COUNT {
            judge(count, &medians, &mut budgets);
        }
        costs.push((count, of(&medians, System::RunTime).both()));
    }
    for pair in costs.windows(2) {
        let ratio = Ratio::of(pair[1].1, pair[0].1);
        budgets.check(
            ratio.0 <= 12.0,
            format!(
                "from {} to {} components: {ratio} the cost, at most 12.00x",
                pair[0].0, pair[1].0
            ),
        );
    }
    critical_path(&runtime, if smoke { 1 } else { 5 }, &mut budgets);
    memory(&mut budgets);
    if smoke {
        println!("\nsmoke: everything was started and stopped; no figure was judged");
        return ExitCode::SUCCESS;
    }
    budgets.finish()
}

type Medians = Vec<(System, Option<Sample>)>;

/// All systems in turn, round after round, so that whatever else this machine does meets all of them.
fn measure(runtime: &Runtime, count: usize, rounds: usize) -> Medians {
    let graph = Graph::new(count);
    let mut samples: Vec<Vec<Sample>> = vec![Vec::new(); System::ALL.len()];
    for _ in 0..rounds {
        for (system, samples) in System::ALL.into_iter().zip(&mut samples) {
            // A first run pays for the caches and the heap that the system before has left behind.
            let _ = runtime.block_on(system.run(&graph));
            samples.extend(runtime.block_on(system.run(&graph)));
        }
    }
    let middle = |samples: &Vec<Sample>| {
        (!samples.is_empty()).then(|| Sample {
            build: median(samples.iter().map(|sample| sample.build)),
            start: median(samples.iter().map(|sample| sample.start)),
            stop: median(samples.iter().map(|sample| sample.stop)),
        })
    };
    System::ALL
        .into_iter()
        .zip(samples.iter().map(middle))
        .collect()
}

fn find(medians: &Medians, wanted: System) -> Option<Sample> {
    let found = medians.iter().find(|(system, _)| *system == wanted);
    found.and_then(|(_, sample)| *sample)
}

fn of(medians: &Medians, wanted: System) -> Sample {
    find(medians, wanted).expect("it has every size")
}

fn print_size(count: usize, rounds: usize, medians: &Medians) {
    let reference = of(medians, System::ByHand);
    println!(
        "\n{count} components, {rounds} runs, {} workers\n  {:<42}{:>11}{:>11}{:>11}{:>8}{:>8}{:>8}{:>12}{:>12}",
        workers(),
        "",
        "start",
        "stop",
        "both",
        "start",
        "stop",
        "both",
        "each",
        "plan before"
    );
    for (system, sample) in medians {
        let Some(sample) = sample else {
            println!("  {:<42}{}", system.name(), why_not(*system, count));
            continue;
        };
        println!(
            "  {:<42}{:>11}{:>11}{:>11}{:>8}{:>8}{:>8}{:>12}{:>12}",
            system.name(),
            Millis(sample.start),
            Millis(sample.stop),
            Millis(sample.both()),
            Ratio::of(sample.start, reference.start),
            Ratio::of(sample.stop, reference.stop),
            Ratio::of(sample.both(), reference.both()),
            format!("{:.2} µs", sample.both().as_secs_f64() * 1e6 / count as f64),
            if sample.build.is_zero() {
                String::new()
            } else {
                Millis(sample.build).to_string()
            },
        );
    }
}

fn why_not(system: System, count: usize) -> &'static str {
    match system {
        System::Typed | System::Compiled => "  -  each is a type; there are types for 1000",
        System::Assembly if count == 1000 => {
            "  -  each is a type; those for 1000 take minutes to compile: feature `comprehensive-1000`"
        }
        System::Assembly => "  -  each is a type; there are types for 10, 100 and 1000",
        _ => "  -",
    }
}

/// Like against like: nodes that differ in data against such nodes, types against types.
fn judge(count: usize, medians: &Medians, budgets: &mut Budgets) {
    for (ours, theirs) in [
        (System::RunTime, System::ByHand),
        (System::Compiled, System::Typed),
    ] {
        let ratio = Ratio::of(of(medians, ours).both(), of(medians, theirs).both());
        budgets.check(
            ratio.0 <= 1.0,
            format!(
                "{count} components, {}: {ratio} {}, at most 1.00x",
                ours.name(),
                theirs.name()
            ),
        );
    }
    for (theirs, ours) in [
        (System::Subsystems, System::RunTime),
        (System::Assembly, System::Compiled),
    ] {
        let Some(sample) = find(medians, theirs) else {
            continue;
        };
        let ratio = Ratio::of(sample.both(), of(medians, ours).both());
        budgets.check(
            ratio.0 > 1.0,
            format!(
                "{count} components: {} takes {ratio} the time of {}, more than 1.00x",
                theirs.name(),
                ours.name()
            ),
        );
    }
}

/// A hundred components of 20 ms each, of which eighteen stand in one chain.
fn critical_path(runtime: &Runtime, rounds: usize, budgets: &mut Budgets) {
    let graph = Graph::new(100);
    assert_eq!(
        graph.longest_chain(),
        LEVELS as usize,
        "the seed was chosen for it"
    );
    // A thread's sleep is exact; tokio's timer has steps of a millisecond, which would be all that this measures.
    let work = || async {
        let slept = tokio::task::spawn_blocking(|| std::thread::sleep(WORK));
        slept.await.expect("it does not panic");
    };
    let mut samples = Vec::new();
    for _ in 0..rounds {
        samples.push((
            runtime.block_on(by_hand::run(&graph, work)).start,
            runtime.block_on(run_time::run(&graph, work)).start,
        ));
    }
    let theirs = median(samples.iter().map(|sample| sample.0));
    let ours = median(samples.iter().map(|sample| sample.1));
    let path = WORK * LEVELS;
    let limit = path + Duration::from_millis(LEVELS.into());
    println!(
        "\n{} components of {WORK:?} each, {LEVELS} on the critical path, {rounds} runs",
        graph.len()
    );
    for (name, time) in [
        ("critical path", path),
        (System::ByHand.name(), theirs),
        (System::RunTime.name(), ours),
    ] {
        println!(
            "  {name:<42}{:>11}{:>14}",
            Millis(time),
            format!("+{:.1} µs a level", over(time, path))
        );
    }
    budgets.check(
        ours <= limit,
        format!("critical path: {}, at most {}", Millis(ours), Millis(limit)),
    );
}

fn over(time: Duration, path: Duration) -> f64 {
    time.saturating_sub(path).as_secs_f64() * 1e6 / f64::from(LEVELS)
}

/// Asks a fresh process, whose memory nothing else has touched.
fn memory(budgets: &mut Budgets) {
    println!("\nmemory of an idle annotated component, all that is not its value");
    let Some((plan, app)) = ask_idle() else {
        println!("  not measured: it is read from /proc/self/status");
        return;
    };
    println!(
        "  {:<42}{plan:>8} B\n  {:<42}{app:>8} B",
        "in the plan", "in the app that runs it"
    );
    budgets.check(
        plan + app <= 1024,
        format!("{} B for an idle component, at most 1024 B", plan + app),
    );
}

fn ask_idle() -> Option<(usize, usize)> {
    let this = std::env::current_exe().ok()?;
    let answer = Command::new(this).arg(IDLE_MODE).output().ok()?;
    let answer = String::from_utf8(answer.stdout).ok()?;
    let mut numbers = answer.split_whitespace().map(str::parse);
    Some((numbers.next()?.ok()?, numbers.next()?.ok()?))
}

/// The other side: prints what one of many idle components holds, in its plan and beyond.
fn idle() {
    let runtime = runtime();
    // Whatever the first app brings along is not the component's.
    let _ = runtime.block_on(run_time::run(&Graph::new(10), || std::future::ready(())));
    let Some(before) = resident() else { return };
    let plans: Vec<Plan> = (0..IDLE).map(|_| compiled::plan()).collect();
    let planned = resident().unwrap_or(before);
    let mut apps = Vec::with_capacity(IDLE);
    for plan in plans {
        let app = runtime.block_on(async { App::builder(plan).start() });
        assert!(runtime.block_on(app.app().started()), "it is up");
        apps.push(app);
    }
    let running = resident().unwrap_or(planned);
    let each = |bytes: usize| bytes.div_ceil(IDLE * compiled::COUNT);
    println!("{} {}", each(planned - before), each(running - planned));
}

/// The bytes of this process that are in memory.
fn resident() -> Option<usize> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kilobytes: usize = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kilobytes * 1024)
}
