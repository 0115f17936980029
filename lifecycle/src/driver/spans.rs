//! The spans: around the code of components, so that whatever it logs says whose it is, and around the start and the stop as
//! a whole. `observe` has the table.

use std::sync::{MutexGuard, PoisonError};

use tracing::span::{Id, Span};
use tracing::{debug_span, info_span};

use super::{Scope, Shared};
use crate::engine::{Phase, What};
use crate::plan::Stage;

impl Scope {
    /// The span around a hook, or around the task with this name.
    pub(super) fn span(&self, stage: Stage, task: &str) -> Span {
        // Each name is a place of its own to tracing, and costs a load and a comparison where nobody wants it.
        macro_rules! hook {
            ($name:literal, $parent:expr $(, $field:ident = $value:expr)*) => {
                debug_span!(
                    target: "lifecycle",
                    parent: $parent,
                    $name,
                    component = self.name()
                    $(, $field = $value)*
                )
            };
        }
        match stage {
            Stage::Load => hook!("load", None::<Id>),
            Stage::Start => {
                // Signed, since OpenTelemetry knows no other integers.
                let attempt = || i64::from(self.shared.attempt(self.key));
                hook!("start", self.shared.phase_span(), attempt = attempt())
            }
            Stage::Drain => hook!("drain", self.shared.phase_span()),
            Stage::Stop => hook!("stop", self.shared.phase_span()),
            Stage::Cleanup => hook!("cleanup", self.shared.phase_span()),
            Stage::Run => hook!("run", None::<Id>),
            Stage::Health => hook!("health", None::<Id>),
            Stage::Task => {
                let span = hook!("task", None::<Id>, task = task);
                if !span.is_disabled() {
                    // As a child it would keep open the span of a hook that has long ended.
                    span.follows_from(Span::current());
                }
                span
            }
        }
    }
}

impl Shared {
    /// Begins the span of a phase, and ends the one before.
    pub(super) fn span_phase(&self, what: What) {
        let span = match what {
            What::Phase(Phase::Starting) => {
                info_span!(target: "lifecycle", parent: None::<Id>, "startup", app = self.name)
            }
            What::Shutdown(_) => {
                info_span!(target: "lifecycle", parent: None::<Id>, "shutdown", app = self.name)
            }
            What::Phase(Phase::Running | Phase::Cleaning | Phase::Ended) => Span::none(),
            _ => return,
        };
        // The one before is dropped without the lock: the subscriber may do anything with it.
        let _before = std::mem::replace(&mut *self.lock_span(), span);
    }

    fn phase_span(&self) -> Option<Id> {
        self.lock_span().id()
    }

    fn lock_span(&self) -> MutexGuard<'_, Span> {
        self.phase_span
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}
