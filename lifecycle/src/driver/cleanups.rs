//! The app's own cleanups, carried out.

use std::borrow::Cow;
use std::collections::HashMap;
use std::panic::Location;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Context as Poller, Poll};

use tokio::task::{Id, JoinError, JoinSet};

use super::scope::Cleanup;
use super::{Caught, Driver, catch};
use crate::app::Leaked;
use crate::component::BoxError;
use crate::engine::{Input, Moment};
use crate::error::{Error, PartError};
use crate::plan::Stage;

/// A cleanup of the app that has not begun.
pub(crate) struct Registered {
    pub(crate) name: Cow<'static, str>,
    /// Where it was registered.
    pub(crate) place: &'static Location<'static>,
    pub(crate) cleanup: Cleanup,
}

/// Those that have not begun; none, once no more can come.
pub(super) struct Queue(Mutex<Option<Vec<Registered>>>);

impl Default for Queue {
    fn default() -> Self {
        Self(Mutex::new(Some(Vec::new())))
    }
}

impl Queue {
    /// Gives it back if it comes too late.
    pub(super) fn push(&self, new: Registered) -> Option<Registered> {
        match &mut *self.lock() {
            Some(waiting) => {
                waiting.push(new);
                None
            }
            None => Some(new),
        }
    }

    /// Takes those that wait. If there is none and nobody is left who could register one, no more can come.
    fn take(&self, last: bool) -> Option<Vec<Registered>> {
        let mut queue = self.lock();
        let waiting = std::mem::take(queue.as_mut()?);
        if last && waiting.is_empty() {
            *queue = None;
            return None;
        }
        Some(waiting)
    }

    /// Takes those that wait; no more can come.
    pub(super) fn close(&self) -> Vec<Registered> {
        self.lock().take().unwrap_or_default()
    }

    fn lock(&self) -> MutexGuard<'_, Option<Vec<Registered>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Those that have begun.
#[derive(Default)]
pub(super) struct Running {
    tasks: JoinSet<Option<Caught>>,
    who: HashMap<Id, Who>,
}

struct Who {
    name: Cow<'static, str>,
    place: &'static Location<'static>,
    since: Moment,
}

/// How a task of one ended.
pub(super) type Joined = Result<(Id, Option<Caught>), JoinError>;

impl Running {
    pub(super) fn is_empty(&self) -> bool {
        self.tasks.is_empty()
    }

    /// The next that ends; never, while there is none.
    pub(super) fn poll_next(&mut self, cx: &mut Poller<'_>) -> Poll<Joined> {
        match self.tasks.poll_join_next_with_id(cx) {
            Poll::Ready(Some(joined)) => Poll::Ready(joined),
            Poll::Ready(None) | Poll::Pending => Poll::Pending,
        }
    }
}

impl Driver {
    /// Begins those that wait. The answer is there once none is alive and no more can come.
    pub(super) fn clean_up_app(&mut self) -> Option<Input> {
        let Some(waiting) = self.shared.cleanups.take(self.cleanups.is_empty()) else {
            return Some(Input::AppCleaned);
        };
        for Registered {
            name,
            place,
            cleanup,
        } in waiting
        {
            // The closure runs inside the future, so that a panic in it is caught too.
            let work = catch(Box::pin(async move { cleanup().await }));
            let work = async move { work.await.err() };
            let task = self.cleanups.tasks.spawn_on(work, &self.shared.runtime);
            let since = self.now;
            self.cleanups
                .who
                .insert(task.id(), Who { name, place, since });
        }
        None
    }

    /// One of them ended.
    pub(super) fn app_cleanup_ended(&mut self, joined: Joined) {
        self.now = self.shared.now();
        let (id, caught) = match joined {
            Ok((id, caught)) => (id, caught),
            // The runtime goes away.
            Err(error) => (error.id(), None),
        };
        let who = self.cleanups.who.remove(&id);
        if let (Some(caught), Some(who)) = (caught, who) {
            let ending = caught.ending();
            let caught = caught.of_cleanup(&who.name);
            self.keep(None, caught.into_error(&self.shared.name, Stage::Cleanup));
            self.handle(Input::AppCleanupEnded(ending));
        }
        self.go_on_cleaning();
    }

    /// Some may have been registered meanwhile, or it was the last.
    pub(super) fn go_on_cleaning(&mut self) {
        if let Some(cleaned) = self.clean_up_app() {
            self.handle(cleaned);
        }
    }

    pub(super) fn give_up_cleanups(&mut self) {
        let Running { tasks, who } = &mut self.cleanups;
        tasks.abort_all();
        for (_, who) in who.drain() {
            let app = &self.shared.name;
            tracing::error!(target: "lifecycle", "{app}: the cleanup `{}` does not end: given up", who.name);
            self.record.leaked.push(Leaked {
                component: app.clone(),
                stage: Stage::Cleanup,
                task: who.name.into_owned(),
                elapsed: self.now.saturating_sub(who.since),
                budget: self.shutdown_timeout,
                note: None,
                spawned_at: who.place.to_string(),
            });
        }
        for Registered { name, cleanup, .. } in self.shared.cleanups.close() {
            self.shared.discard(cleanup);
            let why: BoxError = "there was no time left for it".into();
            self.keep(
                None,
                Error::Failed {
                    component: self.shared.name.clone(),
                    stage: Stage::Cleanup,
                    source: Box::new(PartError::new("cleanup", &name, why)),
                },
            );
        }
    }
}
