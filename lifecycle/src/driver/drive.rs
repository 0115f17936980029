//! The task that drives an app: it waits for messages, signals and deadlines.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard};

use tokio::time::{Instant, Sleep};

use super::signals::Signals;
use super::watch::Watching;
use super::{Driver, Record, Setup, Shared};
use crate::app::{Companions, Named};
use crate::context::AppHandle;

pub(crate) struct Drive {
    driver: Arc<Mutex<Driver>>,
    shared: Arc<Shared>,
    signals: Signals,
    companions: Vec<Named>,
    abandon: Abandon,
}

/// Whoever waits for the app must not wait for ever, also when the runtime goes away under it.
struct Abandon(Arc<Shared>);

impl Drop for Abandon {
    fn drop(&mut self) {
        self.0.abandon();
    }
}

impl Drive {
    pub(crate) fn new(mut setup: Setup) -> Self {
        let signals = Signals::new(setup.signals);
        let companions = std::mem::take(&mut setup.companions);
        let driver = Arc::new_cyclic(|this| Mutex::new(Driver::new(setup, this)));
        let shared = Arc::clone(&lock(&driver).shared);
        Self {
            driver,
            abandon: Abandon(Arc::clone(&shared)),
            shared,
            signals,
            companions,
        }
    }

    pub(crate) fn shared(&self) -> &Arc<Shared> {
        &self.shared
    }

    /// Drives the app to its end.
    pub(crate) async fn run(mut self) -> Record {
        let app = AppHandle::new(Arc::clone(&self.shared));
        let companions = Companions::begin(std::mem::take(&mut self.companions), &app);
        let watching = Watching::begin(&self.shared);
        lock(&self.driver).begin();
        let mut timer = Box::pin(tokio::time::sleep_until(self.shared.begun));
        while let Some(deadline) = self.arm(timer.as_mut()) {
            let inbox = poll_fn(|cx| lock(&self.driver).poll_inbox(cx));
            let cleanup = poll_fn(|cx| lock(&self.driver).cleanups.poll_next(cx));
            tokio::select! {
                biased;
                signal = self.signals.next() => lock(&self.driver).signal(signal),
                () = inbox => lock(&self.driver).turn(),
                joined = cleanup => lock(&self.driver).app_cleanup_ended(joined),
                () = &mut timer, if deadline.is_some() => lock(&self.driver).tick(),
            }
        }
        let record = lock(&self.driver).take_record();
        drop(self.abandon);
        drop(watching);
        // It has the plan and the observers, which are the user's.
        self.shared.discard(self.driver);
        self.shared.all_discarded().await;
        companions.end().await;
        record
    }

    /// Points the timer at the next deadline, if there is one; nothing at all once the app has ended.
    ///
    /// A timer that goes off earlier is left alone: that costs less than to move it with every deadline that was met.
    #[expect(clippy::option_option, reason = "the end of all, and no end in sight")]
    fn arm(&self, timer: Pin<&mut Sleep>) -> Option<Option<Instant>> {
        let mut driver = lock(&self.driver);
        driver.settle();
        if driver.finished {
            return None;
        }
        driver.armed = driver.deadline();
        // What lies beyond the clock never comes.
        let deadline = driver.armed.and_then(|at| self.shared.instant(at));
        let moved = deadline.filter(|deadline| *deadline < timer.deadline() || timer.is_elapsed());
        if let Some(deadline) = moved {
            timer.reset(deadline);
        }
        Some(deadline)
    }
}

/// Takes it from whoever has it.
///
/// # Panics
///
/// If whoever had it panicked: what is left of it is in no state to go on.
fn lock(driver: &Mutex<Driver>) -> MutexGuard<'_, Driver> {
    driver.lock().expect("the driver panicked")
}
