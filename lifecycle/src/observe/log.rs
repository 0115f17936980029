//! The log: one line a step, through tracing.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tracing::level_filters::LevelFilter;
use tracing::{debug, error, info, warn};

use super::{Event, Observer, hold};
use crate::app::Companion;
use crate::component::BoxFuture;
use crate::context::AppHandle;
use crate::driver::Stamp;
use crate::engine::{Change, Force, Key, Phase, What};
use crate::error::{Error, Short, Times};
use crate::health::{HealthChange, Level};
use crate::plan::{Policy, Scope};
use crate::text::visible;

/// What takes at least this long to start or to stop has a line of its own at level INFO.
const SLOW: Duration = Duration::from_secs(1);

/// Writes what happens as tracing events with the target `lifecycle`. Every app has one.
///
/// The [module](super) says which lines there are, and at which level.
#[derive(Debug, Default)]
pub struct Log {
    memory: Mutex<Memory>,
    /// A component has begun to move while the app runs.
    moved: Notify,
}

impl Log {
    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Companion for Log {
    fn accompany(self: Arc<Self>, app: AppHandle) -> BoxFuture<()> {
        Box::pin(async move { hold::tell(app, &self.moved).await })
    }

    fn observer(self: Arc<Self>) -> Option<Arc<dyn Observer>> {
        Some(self)
    }
}

/// What later lines need to know of earlier events.
#[derive(Debug, Default)]
struct Memory {
    /// When the app began to stop.
    stopping: Duration,
    /// Everything was up, and the app does not stop: what changes now is news.
    running: bool,
    /// Who failed on the way up, and can be done without.
    failed: Vec<Key>,
    components: Vec<Known>,
}

/// The same, for one component.
#[derive(Clone, Debug, Default)]
struct Known {
    /// It is up: nobody wants to read that others went down.
    up: bool,
    /// When it began to start or to stop, if anybody was there to read of it.
    begun: Option<Stamp>,
    /// It failed, and that is answered by a restart.
    crashed: bool,
    restarts: u32,
}

impl Memory {
    fn component(&mut self, key: Key, event: &Event<'_>) -> &mut Known {
        if self.components.len() < event.plan().len() {
            self.components
                .resize_with(event.plan().len(), Known::default);
        }
        &mut self.components[key as usize]
    }
}

/// A restart that is yet to come, in words.
pub(crate) struct Again<'a> {
    pub(crate) after: Duration,
    /// How many count, this one included.
    pub(crate) restarts: u32,
    pub(crate) policy: &'a Policy,
}

impl fmt::Display for Again<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.after {
            Duration::ZERO => f.write_str("restarts at once")?,
            after => write!(f, "restarts in {}", Short(after))?,
        }
        let Policy {
            max_restarts,
            within,
            ..
        } = self.policy;
        let (restarts, within) = (self.restarts, Short(*within));
        write!(
            f,
            " (restart {restarts} of at most {max_restarts} in {within})"
        )
    }
}

impl Observer for Log {
    fn on_event(&self, event: &Event<'_>) {
        match event.what() {
            What::Phase(phase) => {
                let mut memory = self.memory();
                memory.running = matches!(phase, Phase::Running | Phase::Draining);
                let stopping = memory.stopping;
                let failed = match phase {
                    Phase::Running => std::mem::take(&mut memory.failed),
                    _ => Vec::new(),
                };
                drop(memory);
                phase_line(phase, event, stopping, &failed);
            }
            What::Shutdown(cause) => {
                self.memory().stopping = event.at();
                let name = |key| event.plan().nodes()[key as usize].name();
                let component = cause.component().map(name);
                let which = component.map_or_else(String::new, |name| format!(": {name}"));
                if cause.is_failure() {
                    error!(target: "lifecycle", component, "stopping: {}{which}", cause.as_str());
                } else {
                    info!(target: "lifecycle", component, "stopping: {}{which}", cause.as_str());
                }
            }
            What::Ignored(signal) => {
                warn!(target: "lifecycle", "{signal} ignored: the app is stopping already; a second SIGINT forces the end");
            }
            What::Forced(Force::Signal(signal)) => {
                warn!(target: "lifecycle", "{signal} forces the end: all tasks are aborted, cleanups have 1 s");
            }
            What::Forced(Force::Timeout) => {
                error!(target: "lifecycle", "the shutdown timeout has passed: all tasks are aborted, cleanups have 1 s");
            }
            What::Component(key, change) => self.component_line(key, change, event),
        }
    }

    fn on_note(&self, component: &str, note: &str) {
        info!(target: "lifecycle", component, "{component}: {note}");
    }

    fn on_health(&self, change: &HealthChange<'_>) {
        if change.is_logged {
            return;
        }
        let (component, level) = (change.component, change.health.level().as_str());
        let reason = change.health.reason().unwrap_or_default();
        let (name, words) = (visible(component), visible(reason));
        match change.health.level() {
            // It has got neither better nor worse.
            same if same == change.before => {
                debug!(target: "lifecycle", component, health = level, reason, "{name}: {words}");
            }
            Level::Healthy => info!(target: "lifecycle", component, "{name} is healthy again"),
            Level::Hint => {
                info!(target: "lifecycle", component, health = level, reason, "{name}: {words}")
            }
            Level::Warning => {
                warn!(target: "lifecycle", component, health = level, reason, "{name}: {words}")
            }
            Level::Unhealthy => {
                error!(target: "lifecycle", component, health = level, reason, "{name} is unhealthy: {words}")
            }
        }
    }

    fn on_error(&self, error: &Error) {
        let component = error.component();
        error!(target: "lifecycle", component, "{}", error.chain().join(": "));
        if let Error::Panicked {
            backtrace: Some(backtrace),
            ..
        } = error
        {
            error!(target: "lifecycle", component, "{backtrace}");
        }
    }
}

impl Log {
    fn component_line(&self, key: Key, change: Change, event: &Event<'_>) {
        let level = LevelFilter::current();
        // Most changes are worth a line to those only who want every line.
        if level < LevelFilter::DEBUG && !Known::heeds(change, level) {
            return;
        }
        let mut memory = self.memory();
        let running = memory.running;
        let known = memory.component(key, event);
        let before = known.clone();
        known.apply(change, event.at());
        if !running && matches!(change, Change::Failed(_)) {
            memory.failed.push(key);
        }
        drop(memory);
        if running && moves(change) {
            self.moved.notify_one();
        }
        let silent = change == Change::Down && !before.up;
        if silent || level == LevelFilter::OFF {
            return;
        }
        let node = &event.plan().nodes()[key as usize];
        if !restart_line(node.name(), change, &before, &node.declaration().policy) {
            let begun = before.begun.map(Duration::from);
            let took = begun.map(|begun| event.at().saturating_sub(begun));
            change_line(node.name(), change, running, took.unwrap_or_default());
        }
    }
}

/// Whether code of the component begins to run that others may have to wait for.
fn moves(change: Change) -> bool {
    matches!(
        change,
        Change::Starting { .. }
            | Change::Warming
            | Change::Recalling
            | Change::Tidying
            | Change::Quiescing
    )
}

fn phase_line(phase: Phase, event: &Event<'_>, stopping: Duration, failed: &[Key]) {
    match phase {
        Phase::Running if failed.is_empty() => {
            info!(target: "lifecycle", "everything is up after {}", Short(event.at()))
        }
        Phase::Running => {
            let name = |key: &Key| event.plan().nodes()[*key as usize].name();
            let names: Vec<_> = failed.iter().take(3).map(name).collect();
            let more = match failed.len() - names.len() {
                0 => String::new(),
                more => format!(" and {more} more"),
            };
            warn!(target: "lifecycle", "up after {} without what failed: {}{more}", Short(event.at()), names.join(", "))
        }
        Phase::Draining => {
            info!(target: "lifecycle", "draining: not ready any more, still serving")
        }
        Phase::Ended => {
            info!(target: "lifecycle", "everything is down after {}", Short(event.at().saturating_sub(stopping)))
        }
        Phase::New | Phase::Loading | Phase::Starting | Phase::Stopping | Phase::Cleaning => {
            debug!(target: "lifecycle", "{phase}")
        }
    }
}

impl Known {
    /// Whether there is a line for it at INFO, or later lines depend on it.
    fn heeds(change: Change, level: LevelFilter) -> bool {
        match change {
            Change::Up | Change::Down | Change::Crashed(_) | Change::Restarting { .. } => true,
            Change::Loading | Change::Loaded | Change::Queued | Change::Stopping => false,
            Change::Cleaning | Change::Extended => false,
            _ => level > LevelFilter::OFF,
        }
    }

    fn apply(&mut self, change: Change, at: Duration) {
        match change {
            Change::Up => self.up = true,
            Change::Down => self.up = false,
            Change::Starting { .. } | Change::Quiescing => self.begun = Some(at.into()),
            Change::Crashed(_) => self.crashed = true,
            Change::Restarting { .. } => {
                self.crashed = false;
                // Its run loop begins anew without a start.
                self.begun = None;
                self.restarts += 1;
            }
            _ => {}
        }
    }
}

/// What is worth a line only for those that are restarted; says whether that was all.
fn restart_line(component: &str, change: Change, before: &Known, policy: &Policy) -> bool {
    let Known {
        crashed, restarts, ..
    } = *before;
    match change {
        Change::Crashed(_) if policy.scope == Scope::Dependents => {
            warn!(target: "lifecycle", component, "{component} is built anew, with all that cannot do without it");
            false
        }
        Change::Failed(_) if restarts > 0 => {
            let times = Times(restarts);
            error!(target: "lifecycle", component, restarts, "{component} has failed for good, after it was restarted {times}");
            false
        }
        Change::Restarting { after, .. } if !crashed && after.is_zero() => {
            info!(target: "lifecycle", component, "{component} restarts, as somebody asked");
            true
        }
        Change::Restarting { after, restarts } => {
            let again = Again {
                after,
                restarts,
                policy,
            };
            warn!(target: "lifecycle", component, restarts, "{component} {again}");
            true
        }
        _ => false,
    }
}

/// How long it took to come up or to go down; while the app runs, each is news.
fn change_line(component: &str, change: Change, running: bool, took: Duration) {
    match change {
        Change::Up if took >= SLOW => {
            info!(target: "lifecycle", component, "{component} is up after {}", Short(took))
        }
        Change::Down if took >= SLOW => {
            info!(target: "lifecycle", component, "{component} is down after {}", Short(took))
        }
        Change::Up if running => info!(target: "lifecycle", component, "{component} is up"),
        Change::Down if running => info!(target: "lifecycle", component, "{component} is down"),
        Change::Up => debug!(target: "lifecycle", component, "{component} is up"),
        Change::Down => debug!(target: "lifecycle", component, "{component} is down"),
        Change::Finished => info!(target: "lifecycle", component, "{component} has finished"),
        Change::Retrying { after } => {
            warn!(target: "lifecycle", component, "{component} starts again in {}", Short(after))
        }
        // What went wrong has its own line, with the whole error.
        Change::AttemptFailed(failure)
        | Change::Crashed(failure)
        | Change::Failed(failure)
        | Change::Problem(failure) => {
            debug!(target: "lifecycle", component, "{} in {}", failure.kind.as_str(), failure.stage);
        }
        Change::Restarting { .. } => {}
        Change::Recalling => debug!(target: "lifecycle", component, "ending its work to restart"),
        Change::Tidying => debug!(target: "lifecycle", component, "cleaning up to restart"),
        Change::Overstayed(stage) => debug!(target: "lifecycle", component, "aborted in {stage}"),
        Change::GivenUp(stage) => {
            error!(target: "lifecycle", component, "{component} does not end in {stage} even when aborted: given up");
        }
        Change::Cancelling => debug!(target: "lifecycle", component, "start cancelled"),
        Change::Starting { attempt } => debug!(target: "lifecycle", component, attempt, "starting"),
        Change::Loading => debug!(target: "lifecycle", component, "loading"),
        Change::Loaded => debug!(target: "lifecycle", component, "loaded"),
        Change::Queued => debug!(target: "lifecycle", component, "queued"),
        Change::Warming => debug!(target: "lifecycle", component, "started, not yet ready"),
        Change::Quiescing => debug!(target: "lifecycle", component, "told to stop"),
        Change::Stopping => debug!(target: "lifecycle", component, "stopping"),
        Change::Cleaning => debug!(target: "lifecycle", component, "cleaning up"),
        Change::Extended => debug!(target: "lifecycle", component, "deadline moved"),
        Change::Disabled => info!(target: "lifecycle", component, "{component} is disabled"),
        Change::Enabled => info!(target: "lifecycle", component, "{component} is enabled"),
    }
}
