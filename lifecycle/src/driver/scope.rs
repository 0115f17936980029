//! One life of one component: its token, its tasks, its cleanups.

use std::borrow::Cow;
use std::panic::{AssertUnwindSafe, Location, catch_unwind};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use slab::Slab;
use tokio::task::AbortHandle;
use tokio::time::Instant;

use super::task::Guard;
use super::{Message, Shared};
use crate::component::{BoxError, BoxFuture, Instance};
use crate::context::{Context, Shutdown};
use crate::engine::Key;
use crate::plan::Stage;

/// Undoes something, when its time comes.
pub(crate) type Cleanup = Box<dyn FnOnce() -> BoxFuture<Result<(), BoxError>> + Send>;

pub(crate) struct Scope {
    pub(crate) shared: Arc<Shared>,
    pub(crate) key: Key,
    /// Which life of the component this is.
    pub(crate) life: u32,
    /// Made for the first who asks: many components never do.
    shutdown: OnceLock<Shutdown>,
    tasks: Mutex<Tasks>,
    cleanups: Mutex<Vec<(Cow<'static, str>, Cleanup)>>,
}

#[derive(Default)]
struct Tasks {
    alive: Slab<Task>,
    /// Tasks that ended, and of whose end the driver has not heard yet.
    unheard: usize,
    /// Tells apart tasks that had the same place in the slab.
    serial: u64,
    /// All tasks were aborted; a component may spawn no more.
    closed: bool,
    /// Nobody asks any more how tasks ended.
    over: bool,
}

struct Task {
    serial: u64,
    stage: Stage,
    name: Cow<'static, str>,
    place: &'static Location<'static>,
    since: Instant,
    abort: Option<AbortHandle>,
}

/// A task that is alive when nobody waits for it any more.
pub(crate) struct Leftover {
    pub(crate) stage: Stage,
    pub(crate) name: String,
    pub(crate) place: &'static Location<'static>,
    pub(crate) since: Instant,
}

impl Scope {
    pub(super) fn new(shared: Arc<Shared>, key: Key, life: u32) -> Arc<Self> {
        Arc::new(Self {
            shared,
            key,
            life,
            shutdown: OnceLock::new(),
            tasks: Mutex::default(),
            cleanups: Mutex::default(),
        })
    }

    pub(crate) fn name(&self) -> &str {
        self.shared.plan.nodes()[self.key as usize].name()
    }

    /// The token of this life.
    pub(crate) fn shutdown(&self) -> &Shutdown {
        self.shutdown.get_or_init(Shutdown::new)
    }

    pub(crate) fn send(&self, message: Message) {
        self.shared.send(message);
    }

    /// Spawns a task of this component.
    pub(crate) fn launch(
        self: &Arc<Self>,
        stage: Stage,
        name: Cow<'static, str>,
        place: &'static Location<'static>,
        work: BoxFuture<Result<Option<Instance>, BoxError>>,
    ) -> TaskLink {
        let (id, serial) = {
            let mut tasks = self.tasks();
            if tasks.closed && stage == Stage::Task {
                return TaskLink {
                    scope: Arc::clone(self),
                    id: usize::MAX,
                    serial: 0,
                };
            }
            tasks.serial += 1;
            let serial = tasks.serial;
            if tasks.alive.capacity() == 0 {
                // Most components have one task at a time, if any.
                tasks.alive.reserve_exact(1);
            }
            (
                tasks.alive.insert(Task {
                    serial,
                    stage,
                    name,
                    place,
                    since: Instant::now(),
                    abort: None,
                }),
                serial,
            )
        };
        let guard = Guard::new(Arc::clone(self), id, serial, stage, work);
        let handle = self
            .shared
            .runtime
            .spawn(Context::new(Arc::clone(self)).within(guard));
        let mut tasks = self.tasks();
        let closed = tasks.closed;
        if let Some(task) = tasks.alive.get_mut(id).filter(|task| task.serial == serial) {
            if closed && stage == Stage::Task {
                handle.abort();
            }
            task.abort = Some(handle.abort_handle());
        }
        drop(tasks);
        TaskLink {
            scope: Arc::clone(self),
            id,
            serial,
        }
    }

    /// Takes a task off the list; says whether somebody wants to know how it ended.
    pub(super) fn forget_task(&self, id: usize, serial: u64) -> bool {
        let mut tasks = self.tasks();
        if tasks
            .alive
            .get(id)
            .is_some_and(|task| task.serial == serial)
        {
            tasks.alive.remove(id);
            if tasks.alive.is_empty() {
                tasks.alive = Slab::new();
            }
        }
        if !tasks.over {
            tasks.unheard += 1;
        }
        !tasks.over
    }

    /// The driver heard how a task ended.
    pub(super) fn heard(&self) {
        self.tasks().unheard -= 1;
    }

    /// Whether no task is alive, and the driver knows how each of them ended.
    pub(super) fn is_idle(&self) -> bool {
        let tasks = self.tasks();
        tasks.alive.is_empty() && tasks.unheard == 0
    }

    /// Aborts every task, and lets the component spawn no more.
    pub(super) fn abort(&self) {
        let mut tasks = self.tasks();
        tasks.closed = true;
        let handles: Vec<AbortHandle> = tasks
            .alive
            .iter()
            .filter_map(|(_, task)| task.abort.clone())
            .collect();
        // Aborting an idle task drops its future here and now, which comes back for the lock.
        drop(tasks);
        for handle in handles {
            handle.abort();
        }
    }

    /// Ends this life.
    pub(super) fn end(&self) {
        self.tasks().over = true;
        self.abort();
        // What could not run any more may hold a context of this life, which would keep it alive for ever.
        let cleanups = std::mem::take(&mut *self.cleanups());
        let _ = catch_unwind(AssertUnwindSafe(|| drop(cleanups)));
    }

    /// Lets the component spawn no more.
    pub(super) fn close(&self) {
        self.tasks().closed = true;
    }

    /// Whether its tasks were aborted.
    pub(super) fn is_closed(&self) -> bool {
        self.tasks().closed
    }

    /// The stage that does not end, a hook before a task; and for a task, which one.
    pub(super) fn culprit(&self) -> Option<(Stage, Option<String>)> {
        let alive = self.leftovers();
        let first = alive
            .iter()
            .min_by_key(|task| (task.stage == Stage::Task, task.since))?;
        let name = (first.stage == Stage::Task).then(|| {
            let more = match alive.len() {
                1 => String::new(),
                count => format!(" and {} more", count - 1),
            };
            format!("`{}` (spawned at {}){more}", first.name, first.place)
        });
        Some((first.stage, name))
    }

    /// The tasks that are alive.
    pub(super) fn leftovers(&self) -> Vec<Leftover> {
        let tasks = self.tasks();
        let leftover = |task: &Task| Leftover {
            stage: task.stage,
            name: task.name.clone().into_owned(),
            place: task.place,
            since: task.since,
        };
        tasks.alive.iter().map(|(_, task)| leftover(task)).collect()
    }

    pub(crate) fn add_cleanup(&self, name: Cow<'static, str>, cleanup: Cleanup) {
        if self.tasks().over {
            let component = self.name();
            tracing::warn!(target: "lifecycle", component, "the cleanup `{name}` came too late and will not run");
            return;
        }
        self.cleanups().push((name, cleanup));
    }

    pub(super) fn next_cleanup(&self) -> Option<(Cow<'static, str>, Cleanup)> {
        self.cleanups().pop()
    }

    pub(super) fn has_cleanups(&self) -> bool {
        !self.cleanups().is_empty()
    }

    fn tasks(&self) -> MutexGuard<'_, Tasks> {
        self.tasks.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn cleanups(&self) -> MutexGuard<'_, Vec<(Cow<'static, str>, Cleanup)>> {
        self.cleanups.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A task, for the handle that its owner got.
pub(crate) struct TaskLink {
    scope: Arc<Scope>,
    id: usize,
    serial: u64,
}

impl TaskLink {
    pub(crate) fn abort(&self) {
        let handle = self.with(|task| task.abort.clone()).flatten();
        if let Some(handle) = handle {
            handle.abort();
        }
    }

    pub(crate) fn is_finished(&self) -> bool {
        self.with(|_| ()).is_none()
    }

    fn with<T>(&self, f: impl FnOnce(&Task) -> T) -> Option<T> {
        let tasks = self.scope.tasks();
        tasks
            .alive
            .get(self.id)
            .filter(|task| task.serial == self.serial)
            .map(f)
    }
}
