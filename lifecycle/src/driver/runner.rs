//! Calls the hooks of the way up and down.
//!
//! Most of them end at their first poll, so one task, a *runner*, polls each of them once, in turn, and tells the driver of
//! all that ended together; a hook that has to wait gets a task of its own. One that blocks its thread holds up those in
//! line behind it only until the driver, which looks after the line every [`PATIENCE`], sends another runner.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::task::{Guard, TaskEnd};
use super::{Message, Shared};

/// How long the line may stand before another runner comes.
pub(super) const PATIENCE: Duration = Duration::from_millis(1);

/// How many steps a runner calls before the driver hears of those that ended, and others have the thread.
const TURN: usize = 32;

#[derive(Default)]
pub(super) struct Runners {
    line: Mutex<Line>,
}

#[derive(Default)]
struct Line {
    steps: VecDeque<Guard>,
    /// Steps that ended when they were called, of which the driver has yet to hear.
    ended: Vec<TaskEnd>,
    /// Runners that are on their way or at work, blocked ones included.
    runners: usize,
    /// How many steps were taken from the line since the driver last looked.
    taken: usize,
}

impl Runners {
    /// Puts what the driver has yet to hear of behind what is in `ended`.
    pub(super) fn hear(&self, ended: &mut Vec<TaskEnd>) {
        ended.append(&mut self.line().ended);
    }

    /// Puts new steps into the line, and sends a runner if steps wait and there is none; says whether steps wait.
    ///
    /// With `alert`, one more comes: a thread that blocks may have been the only one that looks after the runtime's timers,
    /// and so after the line. The second task has the runtime wake another thread.
    pub(super) fn send(&self, shared: &Arc<Shared>, new: &mut Vec<Guard>, alert: bool) -> bool {
        let mut line = self.line();
        line.steps.extend(new.drain(..));
        if line.steps.is_empty() {
            return false;
        }
        let more = usize::from(line.runners == 0) + usize::from(alert && shared.workers > 1);
        line.runners += more;
        drop(line);
        for _ in 0..more {
            spawn(shared);
        }
        true
    }

    /// Sends another runner if the line stands, or if there is a thread for one.
    pub(super) fn relieve(&self, shared: &Arc<Shared>) {
        let mut line = self.line();
        let stands = std::mem::take(&mut line.taken) == 0;
        if !line.steps.is_empty() && (stands || line.runners < shared.workers) {
            line.runners += 1;
            drop(line);
            spawn(shared);
        }
    }

    /// Drops the steps that wait: nobody calls them any more.
    pub(super) fn clear(&self) {
        let Line { steps, ended, .. } = std::mem::take(&mut *self.line());
        drop((steps, ended));
    }

    /// Keeps how the last step ended, if it did, and gives the next one; without one, the runner that asks has gone.
    fn next(&self, ended: Option<TaskEnd>) -> Option<Guard> {
        let mut line = self.line();
        line.ended.extend(ended);
        let step = line.steps.pop_front();
        match step {
            Some(_) => line.taken += 1,
            None => line.runners = line.runners.saturating_sub(1),
        }
        step
    }

    /// Has the driver hear of what ended.
    fn tell(&self, shared: &Shared) {
        if !self.line().ended.is_empty() {
            shared.send(Message::StepsEnded);
        }
    }

    fn line(&self) -> MutexGuard<'_, Line> {
        self.line.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn spawn(shared: &Arc<Shared>) {
    let shared = Arc::clone(shared);
    let runtime = shared.runtime.clone();
    runtime.spawn(async move {
        let mut ended = None;
        for called in 1.. {
            let Some(step) = shared.runners.next(ended.take()) else {
                break;
            };
            ended = step.begin();
            if called % TURN == 0 {
                // Woken by this thread, the driver would wait for a step that blocks it.
                shared.runners.tell(&shared);
                tokio::task::yield_now().await;
            }
        }
        shared.runners.tell(&shared);
    });
}
