//! Calls the hooks of the way up and down.
//!
//! Most of them end at their first poll, so one task, a *runner*, polls each of them once, in turn; one that has to wait
//! gets a task of its own. A hook that blocks its thread holds up those in line behind it only until the driver, which
//! looks after the line every [`PATIENCE`], sends another runner.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::Shared;
use super::task::Guard;

/// How long the line may stand before another runner comes.
pub(super) const PATIENCE: Duration = Duration::from_millis(1);

/// How many steps a runner calls before it lets others have its thread.
const TURN: usize = 64;

#[derive(Default)]
pub(super) struct Runners {
    line: Mutex<Line>,
}

#[derive(Default)]
struct Line {
    steps: VecDeque<Guard>,
    /// Runners that are on their way or at work, blocked ones included.
    runners: usize,
    /// How many steps were taken from the line since the driver last looked.
    taken: usize,
}

impl Runners {
    /// Puts a step into the line.
    pub(super) fn push(&self, step: Guard) {
        self.line().steps.push_back(step);
    }

    /// Sends a runner if steps wait and there is none; says whether steps wait.
    pub(super) fn send(&self, shared: &Arc<Shared>) -> bool {
        let mut line = self.line();
        let waits = !line.steps.is_empty();
        if waits && line.runners == 0 {
            line.runners = 1;
            drop(line);
            spawn(shared);
        }
        waits
    }

    /// Sends another runner if the line stands, or if there is a thread for one.
    pub(super) fn relieve(&self, shared: &Arc<Shared>) {
        let mut line = self.line();
        let stands = std::mem::take(&mut line.taken) == 0;
        let workers = shared.runtime.metrics().num_workers();
        if !line.steps.is_empty() && (stands || line.runners < workers) {
            line.runners += 1;
            drop(line);
            spawn(shared);
        }
    }

    /// Drops the steps that wait: nobody calls them any more.
    pub(super) fn clear(&self) {
        let steps = std::mem::take(&mut self.line().steps);
        drop(steps);
    }

    /// The next step; without one, the runner that asks has gone.
    fn take(&self) -> Option<Guard> {
        let mut line = self.line();
        let step = line.steps.pop_front();
        match step {
            Some(_) => line.taken += 1,
            None => line.runners -= 1,
        }
        step
    }

    fn line(&self) -> MutexGuard<'_, Line> {
        self.line.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn spawn(shared: &Arc<Shared>) {
    let runner = Arc::clone(shared);
    shared.runtime.spawn(async move {
        for called in 1.. {
            let Some(step) = runner.runners.take() else {
                return;
            };
            step.begin();
            if called % TURN == 0 {
                tokio::task::yield_now().await;
            }
        }
    });
}
