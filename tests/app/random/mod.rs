//! Random plans through the real driver: what must hold whatever components do.

mod case;
mod check;
mod play;

use case::Case;

const CASES: u64 = 3_000;

/// Plays a case and checks it; gives the log, or what is wrong with it.
fn run(seed: u64) -> Result<String, String> {
    let case = Case::random(seed);
    let played = play::play(&case);
    match check::check(&case, &played) {
        Ok(()) => Ok(played.text(&case)),
        Err(wrong) => Err(format!(
            "{wrong}\n\n{}\nagain: LIFECYCLE_SEED={seed} cargo test -p tests --test app one_seed -- --nocapture",
            played.text(&case)
        )),
    }
}

#[test]
fn invariants_hold_whatever_components_do() {
    for seed in 0..CASES {
        if let Err(wrong) = run(seed) {
            panic!("seed {seed}: {wrong}");
        }
    }
}

#[test]
fn the_same_seed_gives_the_same_log() {
    for seed in 0..200 {
        assert_eq!(run(seed), run(seed));
    }
}

/// Shows one case: `LIFECYCLE_SEED=7 cargo test -p tests --test app one_seed -- --nocapture`.
#[test]
#[expect(
    clippy::print_stdout,
    reason = "who asks for one seed wants to read it"
)]
fn one_seed() {
    if let Ok(seed) = std::env::var("LIFECYCLE_SEED") {
        match run(seed.parse().expect("a number")) {
            Ok(log) => println!("{log}"),
            Err(wrong) => panic!("{wrong}"),
        }
    }
}

/// The cases are worth something only if everything happens in them.
#[test]
fn everything_happens_in_the_cases() {
    let mut logs = String::new();
    for seed in 0..CASES {
        logs.push_str(&run(seed).unwrap_or_default());
    }
    for must in [
        "Retrying",
        "Warming",
        "Finished",
        "Cancelling",
        "Overstayed(Run)",
        "Overstayed(Stop)",
        "Overstayed(Cleanup)",
        "GivenUp(Cleanup)",
        "Forced(Signal(Interrupt))",
        "Forced(Signal(Terminate))",
        "Forced(Timeout)",
        "Ignored(Terminate)",
        "Phase(Draining)",
        "Shutdown(LoadFailed",
        "Shutdown(StartFailed",
        "Shutdown(StartBudget",
        "Shutdown(Failed",
        "Shutdown(NoneLeft",
        "Shutdown(AllFinished",
        "Shutdown(Finished",
        "Shutdown(Requested",
        "Shutdown(Signal",
        "Unready",
        "Crashed",
        "kind: Heartbeat",
        "Recalling",
        "Tidying",
        "Restarting",
        "Overstayed(Run)",
        "Answered(0, Ok(()))",
        "Err(Stopping)",
        "Err(Superseded)",
        "Err(Disabled(",
        "Err(Failed(",
        "`test` failed in cleanup: the cleanup `undo all` failed: an error",
        "there was no time left for it",
        "leaked: `undo all` of `test`",
        "Added(0, Ok(()))",
        "Added(0, Err(Change(Failed(",
        "Added(0, Err(Change(Stopping",
    ] {
        let count = logs.matches(must).count();
        assert!(count >= 10, "{must} happened only {count} times");
    }
}
