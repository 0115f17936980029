//! Events: who gets them, when, and what becomes of the others.

mod keeping;
mod macros;
mod random;
mod restarts;
mod streams;
mod threads;
mod trouble;
mod waiting;

use std::sync::Arc;

use lifecycle::component::Custom;
use lifecycle::event::{Handling, Stats};
use lifecycle::observe::Status;
use lifecycle::testing::TestHandle;
use lifecycle::{Context, RunReport};

use crate::kit::{Done, Trace, ms, takes};

/// What is emitted.
#[derive(Debug)]
pub(super) struct Ping(pub(super) u32);

pub(super) const fn room_for(capacity: usize) -> Handling {
    Handling {
        capacity,
        ..Handling::DEFAULT
    }
}

/// Adds a handler that says which it got, and takes so many milliseconds before it does.
pub(super) fn says(
    trace: &Trace,
    after: u64,
    how: Handling,
) -> impl FnOnce(Custom) -> Custom + use<> {
    let trace = trace.clone();
    move |custom| {
        custom.on("hear", how, move |cx: Context, ping: Arc<Ping>| {
            let trace = trace.clone();
            async move {
                if after > 0 {
                    takes(ms(after)).await?;
                }
                trace.say(format!("{} {}", cx.name(), ping.0));
                Done::Ok(())
            }
        })
    }
}

/// The figures of the only handler of a component, at the end.
pub(super) fn stats(report: &RunReport, component: &str) -> Stats {
    let component = report.component(component).unwrap();
    assert_eq!(component.handlers.len(), 1);
    component.handlers[0].stats
}

/// The same now.
pub(super) fn stats_now(app: &TestHandle, component: &str) -> Stats {
    let status: Status = app.app().status();
    let component = status.component(component).unwrap();
    assert_eq!(component.handlers.len(), 1);
    component.handlers[0].stats
}

/// Each event is somewhere, and only there.
pub(super) fn adds_up(stats: &Stats) -> bool {
    let ended = stats.handled + stats.failed + stats.panicked + stats.lost();
    stats.emitted == stats.waiting + stats.running + ended
}
