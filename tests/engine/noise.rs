//! Inputs that make no sense: a driver with a bug must not break the rules' own book-keeping.

use std::time::Duration;

use fastrand::Rng;
use lifecycle::engine::{Ending, Engine, Input, LAST_CALL, Phase, Request, Signal};
use lifecycle::plan::{Scope, Stage};

use crate::generate;

fn any(rng: &mut Rng, size: u32) -> Input {
    let key = rng.u32(0..size);
    let stage = [
        Stage::Load,
        Stage::Start,
        Stage::Run,
        Stage::Task,
        Stage::Drain,
        Stage::Stop,
        Stage::Cleanup,
    ];
    let ending = [
        Ending::Ok,
        Ending::Ok,
        Ending::Error,
        Ending::Panic,
        Ending::Cancelled,
        Ending::RestartNow,
    ];
    match rng.u32(0..100) {
        0..10 => Input::Begin,
        10..60 => Input::Ended(
            key,
            stage[rng.usize(0..stage.len())],
            ending[rng.usize(0..ending.len())],
        ),
        60..80 => Input::Idle(key),
        80..88 => Input::Ready(key),
        88..93 => Input::Extend(key, Duration::from_millis(rng.u64(0..10_000))),
        93 => Input::AppCleanupEnded(ending[rng.usize(0..ending.len())]),
        94 => [Input::Tick, Input::AppCleaned][rng.usize(0..2)],
        95 => Input::Beat(key),
        96..98 => {
            let scope = [Scope::Itself, Scope::Dependents][rng.usize(0..2)];
            let request = [
                Request::Disable(key),
                Request::Enable(key),
                Request::Restart(key, scope),
                Request::Await(key),
            ];
            Input::Ask(rng.u64(..), request[rng.usize(0..request.len())])
        }
        98 => Input::Shutdown,
        _ => Input::Signal(if rng.bool() {
            Signal::Interrupt
        } else {
            Signal::Terminate
        }),
    }
}

/// Counters that run below zero panic here, and a lost component would keep the app from its end.
#[test]
fn whatever_comes_in_the_app_still_ends_in_time() {
    for seed in 0..3_000 {
        let case = generate::case(seed);
        let mut rng = Rng::with_seed(seed);
        let mut engine = Engine::new(&case.plan(), |key| case.facts(key), case.limits);
        let mut now = Duration::ZERO;
        engine.handle(now, Input::Begin);
        for _ in 0..rng.u32(0..300) {
            now += Duration::from_millis(rng.u64(0..200));
            engine.handle(now, any(&mut rng, case.planned() as u32));
            engine.outputs().for_each(drop);
        }
        engine.handle(now, Input::Shutdown);
        let end = now + case.limits.shutdown_timeout + LAST_CALL;
        while engine.phase() != Phase::Ended {
            let at = engine.next_deadline().expect("something left to wait for");
            engine.handle(at, Input::Tick);
            now = at;
        }
        assert_eq!(engine.next_deadline(), None, "seed {seed}");
        assert!(now <= end, "seed {seed}: {now:?} is after {end:?}");
    }
}
