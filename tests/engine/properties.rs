//! The invariants over many random worlds.

use std::collections::BTreeMap;
use std::panic::{self, AssertUnwindSafe};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;

use lifecycle::engine::Output;

use crate::case::Case;
use crate::model::Model;
use crate::world::{Line, World};
use crate::{generate, report, shrink};

/// `LIFECYCLE_CASES` asks for another number.
const CASES: u64 = 20_000;

fn asked(variable: &str) -> Option<u64> {
    std::env::var(variable)
        .ok()
        .map(|text| text.parse().expect("a number"))
}

fn check(case: &Case) -> Result<Vec<Line>, (String, Vec<Line>)> {
    let mut world = World::new(case);
    let result = panic::catch_unwind(AssertUnwindSafe(|| world.run()));
    let result = result.unwrap_or_else(|_| Err("it panicked, see above".into()));
    let log = world.log;
    match result {
        Ok(()) => Ok(log),
        Err(error) => Err((error, log)),
    }
}

/// Fails with all that a person needs.
fn explain(case: &Case) -> String {
    let Err((error, log)) = check(case) else {
        return "it passes now".into();
    };
    report::report(case, &log, &error)
}

#[test]
fn invariants_hold_in_random_worlds() {
    if asked("LIFECYCLE_SEED").is_some() {
        return;
    }
    let cases = asked("LIFECYCLE_CASES").unwrap_or(CASES);
    let (next, stop) = (AtomicU64::new(0), AtomicBool::new(false));
    let worker = || {
        let mut seen: BTreeMap<String, u64> = BTreeMap::new();
        while !stop.load(Ordering::Relaxed) {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            if seed >= cases {
                break;
            }
            let case = generate::case(seed);
            match check(&case) {
                Ok(log) if seed < CASES => count(&mut seen, &log),
                Ok(_) => {}
                Err(_) => {
                    stop.store(true, Ordering::Relaxed);
                    return Err(seed);
                }
            }
        }
        Ok(seen)
    };
    let workers = thread::available_parallelism().map_or(1, |count| count.get().min(8));
    let results: Vec<_> = thread::scope(|scope| {
        let threads: Vec<_> = (0..workers).map(|_| scope.spawn(worker)).collect();
        threads
            .into_iter()
            .map(|thread| thread.join().expect("no panic in the world"))
            .collect()
    });
    let mut seen = BTreeMap::new();
    for result in results {
        match result {
            Ok(part) => part
                .into_iter()
                .for_each(|(label, count)| *seen.entry(label).or_default() += count),
            Err(seed) => {
                let small = shrink::shrink(generate::case(seed), |case| check(case).is_err());
                panic!(
                    "{}\n(made smaller; the whole case: the line `again`)",
                    explain(&small)
                );
            }
        }
    }
    if cases >= CASES {
        rare(&seen);
    }
}

/// One case by its seed, with its log: `LIFECYCLE_SEED=7 cargo test -p tests --test engine seed -- --nocapture`.
#[test]
#[expect(
    clippy::print_stdout,
    reason = "who asks for one seed wants to read it"
)]
fn one_seed() {
    let Some(seed) = asked("LIFECYCLE_SEED") else {
        return;
    };
    let case = generate::case(seed);
    match check(&case) {
        Ok(log) => println!("{}", report::report(&case, &log, "all is well")),
        Err(_) => panic!("{}", explain(&case)),
    }
}

fn count(seen: &mut BTreeMap<String, u64>, log: &[Line]) {
    for line in log {
        let label = match line {
            Line::In(_, input) => format!("{input:?}")
                .chars()
                .filter(|c| !c.is_ascii_digit())
                .collect(),
            Line::Out(_, Output::Command(command)) => format!("{command:?}")
                .chars()
                .filter(|c| !c.is_ascii_digit())
                .collect(),
            Line::Out(_, Output::Event(event)) => Model::label(*event),
            Line::Add(.., true) => "Add".into(),
            Line::Add(..) => "AddRefused".into(),
            Line::Out(_, output) => format!("{output:?}")
                .chars()
                .filter(|c| !c.is_ascii_digit())
                .collect(),
        };
        *seen.entry(label).or_default() += 1;
    }
}

/// The worlds are worth something only if everything happens in them.
fn rare(seen: &BTreeMap<String, u64>) {
    for must in [
        "Forced(Signal(Interrupt))",
        "Forced(Signal(Terminate))",
        "Forced(Timeout)",
        "Ignored(Terminate)",
        "Exit()",
        "Shutdown(Signal",
        "Shutdown(Requested)",
        "Shutdown(MainReturned)",
        "Shutdown(Finished",
        "Shutdown(AllFinished)",
        "Shutdown(NoneLeft)",
        "Shutdown(LoadFailed",
        "Shutdown(StartFailed",
        "Shutdown(StartBudget)",
        "Shutdown(Failed",
        "Phase(Draining)",
        "Queued",
        "Retrying",
        "Warming",
        "Cancelling",
        "Overstayed(Run)",
        "Overstayed(Stop)",
        "Overstayed(Cleanup)",
        "GivenUp(Load)",
        "GivenUp(Start)",
        "GivenUp(Run)",
        "GivenUp(Stop)",
        "GivenUp(Cleanup)",
        "Extended",
        "Problem",
        "Unready",
        "Timeout",
        "Crashed",
        "Heartbeat",
        "kind: Finished",
        "RestartNow",
        "EndRun",
        "CleanRun",
        "Overstayed(Run)",
        "Restarting",
        "Beat",
        "Disable",
        "Enable",
        "Restart(, Itself)",
        "Restart(, Dependents)",
        "AppCleanupEnded(Error",
        "AppCleanupEnded(Panic",
        "CleanUpApp",
        "GiveUpCleanups",
        "Add",
        "AddRefused",
        "Answer(, Ok",
        "Answer(, Err(Stopping",
        "Answer(, Err(Unknown",
        "Answer(, Err(Main",
        "Answer(, Err(Disabled",
        "Answer(, Err(Failed",
        "Answer(, Err(GivenUp",
        "Answer(, Err(Superseded",
    ] {
        let count: u64 = seen
            .iter()
            .filter(|(label, _)| label.contains(must))
            .map(|(_, count)| count)
            .sum();
        assert!(count >= 10, "{must} happened only {count} times");
    }
}
