//! Carries out what is asked of a task, for as long as something is.
//!
//! A task of which nothing is asked costs nothing but its memory. Otherwise one task of the component looks after it: it waits,
//! for a time or a turn, runs the work, and ends when nothing is left to do.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use super::state::{Place, Step};
use super::{Core, Task};
use crate::driver::Work;
use crate::plan::Stage;
use crate::work::gate::{Permit, Turn};
use crate::work::tally;

/// Begins to carry it out. If the component takes no more tasks, what was asked is dropped.
pub(super) fn begin(core: &Arc<Core>) {
    let mut carrier = Carrier {
        core: Arc::clone(core),
        rests: false,
    };
    let work = Work::Calling(Box::pin(async move {
        carrier.carry_out().await;
        Ok(())
    }));
    let scope = &core.scope;
    scope.launch(Stage::Task, core.name.clone(), core.place, work);
}

impl Core {
    /// Takes a place in the queue.
    pub(super) fn turn(&self, place: Place) -> Turn {
        let latest = place.latest.and_then(|at| self.scope.shared.instant(at));
        self.gate.ask(place.priority, latest)
    }
}

/// The one who carries a task out. Dropped, by an abort too, it leaves nothing behind that is asked and never done.
struct Carrier {
    core: Arc<Core>,
    /// There was nothing left to do, and the next one who asks finds somebody else.
    rests: bool,
}

impl Carrier {
    async fn carry_out(&mut self) {
        let core = Arc::clone(&self.core);
        let shutdown = core.scope.shutdown();
        let mut held: Option<(Place, Turn)> = None;
        // Since when it stands in line.
        let mut since = None;
        loop {
            let mut changed = pin!(core.changed.notified());
            // On the list before it looks, it misses nothing that is asked in between.
            changed.as_mut().enable();
            let (step, newer) = {
                let mut live = core.live();
                (live.state.next(core.scope.shared.now()), live.turn.take())
            };
            let (place, until) = match step {
                Step::Rest => {
                    self.rests = true;
                    return;
                }
                Step::Sleep(at) => (None, Some(at)),
                Step::Wait { place, until } => (Some(place), until),
            };
            // It keeps its place in the queue for as long as that is the right one.
            let kept = newer.or(held).filter(|(at, _)| Some(*at) == place);
            held = kept.or_else(|| place.map(|place| (place, core.turn(place))));
            since = held
                .as_ref()
                .and(since.or_else(|| Some(core.scope.shared.now())));
            let permit = tokio::select! {
                biased;
                _ = shutdown.requested() => return,
                () = changed => continue,
                () = core.scope.shared.sleep_until(until) => continue,
                permit = granted(&mut held) => permit,
            };
            held = None;
            let since = since.take().unwrap_or_default();
            let waited = core.scope.shared.now().saturating_sub(since);
            core.run(permit, waited).await;
            // One that asks for its own next run leaves the others the thread.
            tokio::task::coop::consume_budget().await;
        }
    }
}

async fn granted(held: &mut Option<(Place, Turn)>) -> Permit {
    match held {
        Some((_, turn)) => turn.await,
        None => std::future::pending().await,
    }
}

impl Core {
    async fn run(self: &Arc<Self>, permit: Permit, waited: Duration) {
        let (begun, stale) = {
            let mut live = self.live();
            (live.state.begin(), live.turn.take())
        };
        drop(stale);
        if !begun {
            return;
        }
        let work = (self.work)(Task {
            core: Arc::clone(self),
        });
        if let Err(failure) = tally::run(&self.scope, &self.name, waited, work).await {
            let told = self.live().lines.tell(&failure, self.scope.shared.now());
            failure.log(&self.scope, told);
        }
        drop(permit);
        self.live().state.end(self.scope.shared.now());
    }
}

impl Drop for Carrier {
    fn drop(&mut self) {
        if self.rests {
            return;
        }
        let (runs, turn) = {
            let mut live = self.core.live();
            live.over = true;
            (live.state.abandon(), live.turn.take())
        };
        drop(turn);
        tally::dropped(&self.core.scope, runs);
    }
}
