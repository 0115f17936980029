//! Tells what happened: to those who wait for a change, to the report, and to observers.

use std::panic::{AssertUnwindSafe, catch_unwind};

use super::task::Caught;
use super::{Driver, catch_panic};
use crate::engine::{Change, Key, LifecycleEvent, What};
use crate::error::Error;
use crate::observe::{Event, Observer};
use crate::plan::Stage;

impl Driver {
    pub(super) fn event(&mut self, event: LifecycleEvent) {
        self.shared.apply(&event, &self.engine);
        let found = self.record.apply(&event, &self.engine, &self.shared);
        let found = found.map(|error| self.with_culprit(event, error));
        self.tell(|observer| observer.on_event(&Event::new(event, &self.plan)));
        let key = match event.what {
            What::Component(key, _) => Some(key),
            _ => None,
        };
        if let Some(error) = found {
            self.keep(key, error);
        }
        if let Some(key) = key {
            self.settle_handlers_of(key);
        }
        self.beside(event);
    }

    /// What overstays is a hook or a task, and only the driver knows which.
    fn with_culprit(&self, event: LifecycleEvent, mut error: Error) -> Error {
        if let (What::Component(key, Change::Overstayed(_)), Error::TimedOut { stage, task, .. }) =
            (event.what, &mut error)
            && let Some((late, name)) = self.lives[key as usize].culprit()
        {
            (*stage, *task) = (late, name);
        }
        error
    }

    pub(super) fn failed(&mut self, key: Key, stage: Stage, caught: Caught) {
        let error = caught.into_error(self.shared.name_of(key), stage);
        self.keep(Some(key), error);
    }

    /// Tells an error, of a component or of the app itself, and keeps it for the report.
    pub(super) fn keep(&mut self, key: Option<Key>, error: Error) {
        self.tell(|observer| observer.on_error(&error));
        if let Some(key) = key {
            self.shared.note_error(key, &error);
        }
        // It holds the user's error, whose `Drop` may do anything.
        let left_out = self.record.errors.keep(error);
        let _ = catch_panic(|| drop(left_out));
    }

    /// Tells all observers. One that panics is a bug of its own, and must not stop the app.
    pub(super) fn tell(&self, f: impl Fn(&dyn Observer)) {
        for observer in self.observers.iter() {
            if let Err(payload) = catch_unwind(AssertUnwindSafe(|| f(&**observer))) {
                // Dropping it may panic once more.
                std::mem::forget(payload);
                tracing::error!(target: "lifecycle", "an observer panicked");
            }
        }
    }
}
