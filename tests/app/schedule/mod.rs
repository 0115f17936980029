//! What is done again and again.

mod cron;
mod every;
mod failing;
mod names;
mod stopping;

use std::sync::{Arc, Mutex};

use lifecycle::Context;
use lifecycle::observe::ScheduleStatus;
use lifecycle::testing::TestHandle;

/// When runs began, in milliseconds of the app's age.
#[derive(Clone, Default)]
pub(crate) struct Runs(Arc<Mutex<Vec<u128>>>);

impl Runs {
    pub(crate) fn began(&self) {
        let age = Context::current().app().status().age;
        self.0.lock().unwrap().push(age.as_millis());
    }

    pub(crate) fn all(&self) -> Vec<u128> {
        self.0.lock().unwrap().clone()
    }

    /// The same in whole seconds, which they must be.
    #[track_caller]
    pub(crate) fn seconds(&self) -> Vec<u128> {
        let all = self.all();
        assert!(all.iter().all(|at| at % 1_000 == 0), "{all:?}");
        all.into_iter().map(|at| at / 1_000).collect()
    }
}

#[track_caller]
pub(crate) fn schedule(app: &TestHandle, component: &str) -> ScheduleStatus {
    let status = app.app().status();
    let schedules = &status.component(component).unwrap().schedules;
    assert_eq!(schedules.len(), 1, "{schedules:?}");
    schedules[0].clone()
}
