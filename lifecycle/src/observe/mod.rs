//! What people see: everything hangs on one stream of events.
//!
//! An [`Observer`] gets each event. [`Log`], which every app has, writes them through [`tracing`](https://docs.rs/tracing); all
//! lines and spans have the target `lifecycle`.
//!
//! # Lines
//!
//! | level | what has a line |
//! |---|---|
//! | ERROR | each error with its causes; a failure that stops the app; a component that has failed for good or is given up |
//! | WARN | what is tried again or restarted, and when; a signal that is ignored or forces the end; what holds up the app, every 10 s |
//! | INFO | that everything is up or down, draining, and why the app stops; notes; a component that took at least 1 s to come up or to go down; while the app runs, each that comes up or goes down, is disabled or enabled, or has finished |
//! | DEBUG | each step of each component, and the phases of the app |
//!
//! What belongs to a component has the field `component`; `attempt` and `restarts` count where that is what the line is about.
//! So a start in which all is well is one line at INFO, however many components there are, and `info,lifecycle=debug` has them
//! all.
//!
//! What holds up a load, a start, a stop or the last cleanups is told once ten seconds have passed, and every ten seconds from
//! then on. The line names at most five that are busy, those for whom the most wait first: for how long they have been at it,
//! how much time they have left, and their last note. Then come those that only wait, and for whom:
//!
//! ```text
//! still starting after 20 s: Database is starting (18 s, 12 s left): migrating 3/10; Api waits for Database; 12 more wait
//! ```
//!
//! While the app runs, there is such a line for a component that takes ten seconds or more to come up or to go down. To wait
//! before a restart is none of that: the restart has a line of its own.
//!
//! # Spans
//!
//! Code of a component runs inside a span, at each poll and when it is dropped, so what it logs says whose it is. What runs
//! in a thread or a task that the framework did not spawn has to be put there, by `Instrument` of tracing.
//!
//! | span | level | around | fields | parent |
//! |---|---|---|---|---|
//! | `startup` | INFO | all from the first start hook until everything is up, or the app stops | `app` | none |
//! | `shutdown` | INFO | all from the decision to stop until all components are down | `app` | none |
//! | `load` | DEBUG | the load hook | `component` | none |
//! | `start` | DEBUG | each attempt of the start hook | `component`, `attempt` | `startup`, or none when it is restarted |
//! | `run` | DEBUG | each call of the run loop, and `main` | `component` | none |
//! | `health` | DEBUG | the checks beside one run, all together | `component` | none |
//! | `drain`, `stop`, `cleanup` | DEBUG | the hook; the cleanups and the component's `Drop` | `component` | `shutdown`, or none while the app runs |
//! | `task` | DEBUG | what the component spawned: tasks, workers, schedules, handlers of events | `component`, `task` | none; it follows from the span in which it was spawned |
//!
//! A span or a line for each component would cost about as much as the start and the stop of one whose hooks do nothing, which
//! is why they are at DEBUG.

mod hold;
mod log;
#[cfg(feature = "metrics")]
pub mod metrics;
mod profile;
#[cfg(feature = "progress")]
mod progress;
mod status;
#[cfg(feature = "systemd")]
pub mod systemd;
mod work;

pub(crate) use log::Again;
pub use log::Log;
pub use profile::{CriticalStep, StartProfile, StartRow, StopProfile, StopRow};
pub(crate) use profile::{Needs, StartTimes, Stop, StopTimes};
#[cfg(feature = "progress")]
pub use progress::{Progress, ProgressWriter};
pub use status::{ComponentStatus, Status};
pub use work::ScheduleStatus;

use std::sync::Arc;
use std::time::Duration;

use crate::engine::{LifecycleEvent, What};
use crate::error::Error;
use crate::event::Emitted;
use crate::health::HealthChange;
use crate::plan::Plan;

/// One state change, with the names that belong to it.
#[derive(Clone, Copy, Debug)]
pub struct Event<'a> {
    event: LifecycleEvent,
    plan: &'a Plan,
}

impl<'a> Event<'a> {
    pub(crate) fn new(event: LifecycleEvent, plan: &'a Plan) -> Self {
        Self { event, plan }
    }

    /// When, since the app began.
    #[must_use]
    pub fn at(&self) -> Duration {
        self.event.at
    }

    /// What happened.
    #[must_use]
    pub fn what(&self) -> What {
        self.event.what
    }

    /// The name of the component that changed, if one did.
    #[must_use]
    pub fn component(&self) -> Option<&'a str> {
        match self.event.what {
            What::Component(key, _) => Some(self.plan.nodes()[key as usize].name()),
            _ => None,
        }
    }

    /// The plan of the app, in which keys are indices.
    #[must_use]
    pub fn plan(&self) -> &'a Plan {
        self.plan
    }
}

/// Watches an app.
///
/// It is called in the order of events, between two steps of the app, so it must be quick: no blocking, no waiting.
///
/// # Examples
///
/// ```
/// use std::sync::atomic::{AtomicUsize, Ordering};
/// use lifecycle::observe::{Event, Observer};
///
/// #[derive(Default)]
/// struct Counter(AtomicUsize);
///
/// impl Observer for Counter {
///     fn on_event(&self, _event: &Event<'_>) {
///         self.0.fetch_add(1, Ordering::Relaxed);
///     }
/// }
///
/// # let plan = lifecycle::plan::Plan::builder().build().unwrap();
/// let app = lifecycle::App::builder(plan).observer(Counter::default());
/// # drop(app);
/// ```
pub trait Observer: Send + Sync + 'static {
    /// Something changed.
    fn on_event(&self, event: &Event<'_>);

    /// A component said what it is doing.
    fn on_note(&self, component: &str, note: &str) {
        let _ = (component, note);
    }

    /// Something went wrong that the report will list: a component's code returned an error or panicked, a component took
    /// too long or ended before it was ready, or the start took longer than its budget.
    ///
    /// What a failed health check says is not among it; nor is what fails without failing its component: jobs of worker pools,
    /// tasks, handlers of events and schedules. These stand in the [status](ComponentStatus) and in the
    /// [report](crate::app::ComponentReport).
    fn on_error(&self, error: &Error) {
        let _ = error;
    }

    /// How well a component is has changed: its level, or the reason of it; see [`health`](mod@crate::health).
    fn on_health(&self, change: &HealthChange<'_>) {
        let _ = change;
    }

    /// Somebody emitted an event of the app's own, see [`event`](crate::event). Unlike all else, this is called by who emits
    /// it, and so perhaps by several at once.
    fn on_emit(&self, emitted: &Emitted<'_>) {
        let _ = emitted;
    }
}

impl<T: Observer + ?Sized> Observer for Arc<T> {
    fn on_event(&self, event: &Event<'_>) {
        T::on_event(self, event);
    }

    fn on_note(&self, component: &str, note: &str) {
        T::on_note(self, component, note);
    }

    fn on_error(&self, error: &Error) {
        T::on_error(self, error);
    }

    fn on_health(&self, change: &HealthChange<'_>) {
        T::on_health(self, change);
    }

    fn on_emit(&self, emitted: &Emitted<'_>) {
        T::on_emit(self, emitted);
    }
}
