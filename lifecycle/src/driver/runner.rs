//! Calls the hooks of the way up and down.
//!
//! Most of them end at their first poll, so one task, a *runner*, polls each of them once, in turn; a hook that has to wait
//! gets a task of its own. What follows from those that ended the runner does itself, with the [`Driver`] in its hands. A hook
//! that blocks its thread holds up those in line behind it only until the driver's own task, which looks after the line
//! every [`PATIENCE`], sends another runner.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use super::task::{Guard, TaskEnd};
use super::{Driver, Message, Shared};

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
    /// With `alert`, the runtime wakes another thread: one that blocks may have been the only one that looks after the
    /// runtime's timers, and so after the line.
    pub(super) fn send(&self, new: &mut Vec<Guard>, sender: &Sender, alert: bool) -> bool {
        let mut line = self.line();
        line.steps.extend(new.drain(..));
        if line.steps.is_empty() {
            return false;
        }
        let is_first = line.runners == 0;
        line.runners += usize::from(is_first);
        drop(line);
        if is_first {
            sender.spawn();
        }
        if alert && sender.shared.workers > 1 {
            sender.shared.runtime.spawn(std::future::ready(()));
        }
        true
    }

    /// Sends another runner if the line stands, or if there is a thread for one.
    pub(super) fn relieve(&self, sender: &Sender) {
        let mut line = self.line();
        let stands = std::mem::take(&mut line.taken) == 0;
        if !line.steps.is_empty() && (stands || line.runners < sender.shared.workers) {
            line.runners += 1;
            drop(line);
            sender.spawn();
        }
    }

    /// Drops the steps that wait: nobody calls them any more.
    pub(super) fn clear(&self) {
        let Line { steps, ended, .. } = std::mem::take(&mut *self.line());
        drop((steps, ended));
    }

    /// Calls some steps, in turn; says whether any ended.
    fn call(&self) -> bool {
        let mut ended = None;
        for _ in 0..TURN {
            let mut line = self.line();
            line.ended.extend(ended.take());
            let Some(step) = line.steps.pop_front() else {
                break;
            };
            line.taken += 1;
            drop(line);
            ended = step.begin();
        }
        let mut line = self.line();
        line.ended.extend(ended);
        !line.ended.is_empty()
    }

    /// Lets a runner go, if no step waits.
    fn leave(&self) -> bool {
        let mut line = self.line();
        let is_over = line.steps.is_empty();
        line.runners = line.runners.saturating_sub(usize::from(is_over));
        is_over
    }

    fn line(&self) -> MutexGuard<'_, Line> {
        self.line.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Sends runners.
pub(super) struct Sender {
    /// It is theirs while they see to what follows.
    pub(super) driver: Weak<Mutex<Driver>>,
    pub(super) shared: Arc<Shared>,
}

impl Sender {
    fn spawn(&self) {
        let (driver, shared) = (Weak::clone(&self.driver), Arc::clone(&self.shared));
        self.shared.runtime.spawn(run(driver, shared));
    }
}

/// Calls steps until none waits. What follows when they end, the runner sees to itself, unless somebody else is at it.
async fn run(driver: Weak<Mutex<Driver>>, shared: Arc<Shared>) {
    let wake = Wake(shared);
    let shared = &wake.0;
    let mut since = shared.now();
    loop {
        let any_ended = shared.runners.call();
        let Some(driver) = driver.upgrade() else {
            return;
        };
        let now = match driver.try_lock() {
            Ok(mut driver) => driver.turn_of_runner(),
            Err(_) if any_ended => {
                shared.send(Message::Wake);
                shared.now()
            }
            Err(_) => shared.now(),
        };
        drop(driver);
        if shared.runners.leave() {
            return;
        }
        if now.saturating_sub(since) >= PATIENCE {
            tokio::task::yield_now().await;
            since = shared.now();
        }
    }
}

/// Wakes the driver's own task if the driver panics in the hands of a runner, so that the app does not stand still.
struct Wake(Arc<Shared>);

impl Drop for Wake {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.send(Message::Wake);
        }
    }
}
