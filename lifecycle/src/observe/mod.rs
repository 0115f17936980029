//! What people see: everything hangs on one stream of events.

mod log;
#[cfg(feature = "metrics")]
pub mod metrics;
mod profile;
mod status;
#[cfg(feature = "systemd")]
pub mod systemd;
mod work;

pub(crate) use log::Again;
pub use log::Log;
pub use profile::{CriticalStep, StartProfile, StartRow, StopProfile, StopRow};
pub(crate) use profile::{Needs, StartTimes, Stop, StopTimes};
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
