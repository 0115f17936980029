//! The state of a task against its whole history.

use std::time::Duration;

use proptest::prelude::*;

use super::{Place, Priority, State, Step, Told};

fn ms(time: u64) -> Duration {
    Duration::from_millis(time)
}

#[derive(Clone, Copy, Debug)]
enum Op {
    Queue(Priority),
    /// So long after now.
    At(u64),
    Repeat(Option<u64>),
    Cancel,
    /// So long passes.
    Pass(u64),
    /// The run under way ends.
    End,
}

fn ops() -> impl Strategy<Value = Vec<Op>> {
    let priority = prop_oneof![
        Just(Priority::Low),
        Just(Priority::Medium),
        Just(Priority::High),
    ];
    let op = prop_oneof![
        4 => priority.prop_map(Op::Queue),
        3 => (0_u64..20).prop_map(Op::At),
        2 => prop::option::of(1_u64..20).prop_map(Op::Repeat),
        8 => (0_u64..10).prop_map(Op::Pass),
        5 => Just(Op::End),
    ];
    let cancel = prop_oneof![60 => op, 1 => Just(Op::Cancel)];
    prop::collection::vec(cancel, 0..200)
}

/// All that ever happened to a task.
#[derive(Default)]
struct History {
    asked: Vec<(u64, Op)>,
    /// How many things had been asked when the last run began.
    before_run: usize,
    ended: u64,
    running: bool,
}

impl History {
    /// Whether there is reason to run, found by reading all of it.
    fn wants_run(&self, now: u64) -> bool {
        if self.asked.iter().any(|(_, op)| matches!(op, Op::Cancel)) {
            return false;
        }
        let since = &self.asked[self.before_run..];
        if since.iter().any(|(_, op)| matches!(op, Op::Queue(_))) {
            return true;
        }
        let at = since.iter().rev().find_map(|(asked, op)| match op {
            Op::At(after) => Some(asked + after),
            _ => None,
        });
        if let Some(at) = at {
            return at <= now;
        }
        let every = self.asked.iter().rev().find_map(|(asked, op)| match op {
            Op::Repeat(every) => Some((*asked, *every)),
            _ => None,
        });
        match every {
            Some((asked, Some(every))) => asked.max(self.ended) + every <= now,
            _ => false,
        }
    }
}

proptest! {
    /// With a slot for everybody, a task runs exactly when its history says so.
    #[test]
    fn it_runs_when_its_history_says_so(ops in ops()) {
        let (mut state, mut history) = (State::default(), History::default());
        let (mut now, mut carried) = (0, false);
        for op in ops {
            let told = match op {
                Op::Queue(priority) => state.queue(ms(now), priority),
                Op::At(after) => state.at(ms(now + after)),
                Op::Repeat(every) => state.repeat(ms(now), every.map(ms)),
                Op::Cancel => state.cancel(),
                Op::Pass(time) => {
                    now += time;
                    Told::Nobody
                }
                Op::End => {
                    if history.running {
                        history.running = false;
                        history.ended = now;
                        state.end(ms(now));
                    }
                    Told::Nobody
                }
            };
            history.asked.push((now, op));
            prop_assert!(told != Told::NewCarrier || !carried, "two would carry it out");
            prop_assert!(told != Told::Carrier || carried, "nobody would hear of it");
            carried |= told == Told::NewCarrier;
            prop_assert!(!history.running || state.place().is_none(), "it cannot run twice at once");
            if history.running || !carried {
                prop_assert!(history.running || !history.wants_run(now), "nobody would run it");
                continue;
            }
            match state.next(ms(now)) {
                Step::Wait { .. } => {
                    prop_assert!(history.wants_run(now), "nobody asked for a run");
                    prop_assert!(state.begin());
                    history.running = true;
                    history.before_run = history.asked.len();
                }
                step => {
                    prop_assert!(!history.wants_run(now), "a run is missing");
                    if let Step::Sleep(at) = step {
                        prop_assert!(at > ms(now));
                        prop_assert!(history.wants_run(at.as_millis() as u64), "a sleep for nothing");
                        prop_assert!(!history.wants_run(at.as_millis() as u64 - 1), "it oversleeps");
                    }
                    carried = step != Step::Rest;
                }
            }
        }
    }
}

fn place(priority: Priority, latest: Option<u64>) -> Option<Place> {
    Some(Place {
        priority,
        latest: latest.map(ms),
    })
}

#[test]
fn it_waits_as_urgently_as_it_was_asked_most_urgently_and_since_it_was_asked_first() {
    let mut state = State::default();
    state.set_max_delay(ms(100));
    assert_eq!(state.queue(ms(1), Priority::Low), Told::NewCarrier);
    assert_eq!(state.place(), place(Priority::Low, Some(101)));
    assert_eq!(state.queue(ms(2), Priority::Low), Told::Nobody);
    assert_eq!(state.queue(ms(3), Priority::Medium), Told::Carrier);
    assert_eq!(state.queue(ms(4), Priority::Low), Told::Nobody);
    assert_eq!(state.place(), place(Priority::Medium, Some(101)));
}

#[test]
fn what_comes_due_goes_before_what_is_only_queued() {
    let mut state = State::default();
    state.queue(ms(0), Priority::Low);
    state.at(ms(5));
    let waits = |priority, until| Step::Wait {
        place: Place {
            priority,
            latest: None,
        },
        until,
    };
    assert_eq!(state.next(ms(1)), waits(Priority::Low, Some(ms(5))));
    assert_eq!(state.next(ms(5)), waits(Priority::Medium, None));
    assert!(state.begin());
    state.end(ms(6));
    assert_eq!(state.next(ms(6)), Step::Rest, "all of it was one run");
}

#[test]
fn the_next_run_of_what_repeats_was_asked_for_by_nobody() {
    let mut state = State::default();
    state.repeat(ms(0), Some(ms(10)));
    assert_eq!(state.abandon(), 0);
    let mut state = State::default();
    state.at(ms(10));
    assert_eq!(state.abandon(), 1);
    assert_eq!(state.abandon(), 0);
}

#[test]
fn cancelled_between_its_turn_and_its_run_it_does_not_run() {
    let mut state = State::default();
    state.queue(ms(0), Priority::Low);
    assert!(matches!(state.next(ms(0)), Step::Wait { .. }));
    assert_eq!(state.cancel(), Told::Carrier);
    assert!(!state.begin());
    assert_eq!(state.next(ms(0)), Step::Rest);
    assert_eq!(state.queue(ms(1), Priority::High), Told::Nobody);
}
