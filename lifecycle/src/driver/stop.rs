//! Keeps when each component did what in the stop, while it happens. Nothing of it is there before the stop begins.

use super::Shared;
use crate::engine::{Change, Engine, Key, LifecycleEvent, Moment, Phase, State, What};
use crate::observe::{Stop, StopTimes};

#[derive(Default)]
pub(super) struct Stopping {
    begun: Option<Moment>,
    cleaning: Option<Moment>,
    stop: Stop,
}

impl Stopping {
    pub(super) fn apply(&mut self, event: &LifecycleEvent, engine: &Engine, shared: &Shared) {
        if let What::Shutdown(_) = event.what {
            self.begun.get_or_insert(event.at);
            self.stop.times = shared.keys().map(|_| StopTimes::default()).collect();
            // Those that were going down already are part of it from its begin.
            self.each(|key, times| {
                times.timeout = shared.node(key).declaration().policy.stop_timeout;
                let state = engine.state(key);
                let going = matches!(state, State::Quiescing | State::Stopping | State::Cleaning);
                times.told = going.then_some(Moment::ZERO);
            });
        }
        let Some(begun) = self.begun else {
            return;
        };
        let at = event.at.saturating_sub(begun);
        match event.what {
            What::Phase(Phase::Stopping) => {
                self.stop.drained = at;
                self.each(|key, times| {
                    if times.told.is_some() && times.end.is_none() {
                        times.limit = limit(engine, key, begun);
                    }
                });
            }
            What::Phase(Phase::Cleaning) => self.cleaning = Some(event.at),
            What::Forced(_) => self.each(|_, times| {
                times.aborted |= times.told.is_some() && times.end.is_none();
            }),
            What::Component(key, change) => {
                if let Some(times) = self.stop.times.get_mut(key as usize) {
                    changed(times, change, at, || limit(engine, key, begun));
                    times.aborted |= times.end.is_none() && engine.forced().is_some();
                }
            }
            _ => {}
        }
    }

    fn each(&mut self, mut f: impl FnMut(Key, &mut StopTimes)) {
        for (key, times) in (0..).zip(&mut self.stop.times) {
            f(key, times);
        }
    }

    /// What is known of the stop, if there was one.
    pub(super) fn finish(mut self, timeout: Moment, ended: Moment) -> Option<Stop> {
        self.stop.total = ended.saturating_sub(self.begun?);
        self.stop.timeout = timeout;
        let cleaning = self.cleaning.unwrap_or(ended);
        self.stop.cleanups = ended.saturating_sub(cleaning);
        Some(self.stop)
    }
}

/// What the engine laid out for a component, unless that is only what follows an abort.
fn limit(engine: &Engine, key: Key, begun: Moment) -> Option<Moment> {
    let deadline = engine.deadline(key).filter(|_| engine.forced().is_none());
    deadline.map(|at| at.saturating_sub(begun))
}

fn changed(
    times: &mut StopTimes,
    change: Change,
    at: Moment,
    limit: impl FnOnce() -> Option<Moment>,
) {
    match change {
        Change::Quiescing => {
            times.told.get_or_insert(at);
            times.limit = limit();
        }
        Change::Cancelling => {
            times.told.get_or_insert(at);
        }
        Change::Stopping => times.stop = Some(at),
        Change::Cleaning => times.cleanup = Some(at),
        Change::Extended if !times.aborted => times.limit = limit(),
        Change::Overstayed(_) => times.aborted = true,
        Change::GivenUp(_) => {
            times.given_up = true;
            times.end.get_or_insert(at);
        }
        Change::Down => {
            times.end.get_or_insert(at);
        }
        _ => {}
    }
}
