//! One life of one component: its token, its tasks, its cleanups.

use std::borrow::Cow;
use std::panic::Location;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use slab::Slab;
use tokio::task::AbortHandle;

use super::task::{Guard, Place, Work};
use super::{Message, Shared};
use crate::component::{BoxError, BoxFuture, Instance};
use crate::context::{Reason, Shutdown};
use crate::engine::{Key, Moment};
use crate::plan::{Declaration, Stage};

/// Undoes something, when its time comes.
pub(crate) type Cleanup = Box<dyn FnOnce() -> BoxFuture<Result<(), BoxError>> + Send>;

/// A life has at most one *step* at a time, a hook of the way up or down, of which the driver itself keeps track; run
/// loops, checks and spawned tasks go on *beside* it.
pub(crate) struct Scope {
    pub(crate) shared: Arc<Shared>,
    pub(crate) key: Key,
    /// Which life of the component this is.
    pub(crate) life: u32,
    /// Nobody asks any more how tasks ended.
    over: AtomicBool,
    /// How many steps there were, the present one included.
    steps: AtomicU32,
    /// The last step that is not to go on, nor any before it.
    aborted: AtomicU32,
    /// It has shown that it is alive, and the driver has not heard of that yet.
    beaten: AtomicBool,
    /// Tasks beside the step that are alive, or of whose end the driver has not heard yet.
    beside: AtomicUsize,
    inner: Mutex<Inner>,
}

#[derive(Default)]
struct Inner {
    alive: Slab<Task>,
    /// Tells apart tasks that had the same place in the slab.
    serial: u64,
    /// All tasks were aborted; a component may spawn no more.
    closed: bool,
    /// The last step that got a task of its own.
    step: Option<(u32, AbortHandle)>,
    /// Made for the first who asks: many components never do.
    shutdown: Option<Shutdown>,
    /// Why the component is told to stop, once it is.
    fired: Option<Reason>,
    cleanups: Vec<Registered>,
}

struct Registered {
    name: Cow<'static, str>,
    cleanup: Cleanup,
    /// What we do where it can never run.
    otherwise: Option<Box<dyn FnOnce() + Send>>,
}

struct Task {
    serial: u64,
    stage: Stage,
    name: Cow<'static, str>,
    place: &'static Location<'static>,
    since: Moment,
    abort: Option<AbortHandle>,
}

/// A task that is alive when nobody waits for it any more.
pub(crate) struct Leftover {
    pub(crate) stage: Stage,
    pub(crate) name: String,
    /// Where it was spawned, if it is not a hook.
    pub(crate) place: Option<&'static Location<'static>>,
    pub(crate) since: Moment,
}

impl Scope {
    pub(super) fn new(shared: Arc<Shared>, key: Key, life: u32) -> Arc<Self> {
        Arc::new(Self {
            shared,
            key,
            life,
            over: AtomicBool::new(false),
            steps: AtomicU32::new(0),
            aborted: AtomicU32::new(0),
            beaten: AtomicBool::new(false),
            beside: AtomicUsize::new(0),
            inner: Mutex::default(),
        })
    }

    pub(crate) fn name(&self) -> &str {
        self.shared.name_of(self.key)
    }

    /// A dependency of the component, which is there as long as this life is.
    #[track_caller]
    pub(crate) fn dependency(&self, declaration: &Declaration) -> Instance {
        match self.shared.instance(declaration.id) {
            Some(instance) => instance,
            None => panic!(
                "`{}` asked for its dependency `{}`, which is not there any more",
                self.name(),
                declaration.name
            ),
        }
    }

    /// Whether the driver has to hear of a sign of life: it was promised, and the last one has been heard of.
    pub(crate) fn beats(&self) -> bool {
        let policy = &self.shared.node(self.key).declaration().policy;
        policy.heartbeat.is_some() && !self.beaten.swap(true, Ordering::AcqRel)
    }

    /// The driver heard of a sign of life.
    pub(super) fn heard_beat(&self) {
        self.beaten.store(false, Ordering::Release);
    }

    /// The token of this life.
    pub(crate) fn shutdown(&self) -> Shutdown {
        let mut inner = self.inner();
        let Inner {
            shutdown, fired, ..
        } = &mut *inner;
        let made = shutdown.get_or_insert_with(|| {
            let made = Shutdown::new();
            if let Some(reason) = fired {
                made.fire(reason.clone());
            }
            made
        });
        made.clone()
    }

    /// Tells the component to stop, for the first reason given.
    pub(super) fn fire(&self, reason: impl FnOnce() -> Reason) {
        let mut inner = self.inner();
        if inner.fired.is_some() {
            return;
        }
        let reason = inner.fired.insert(reason()).clone();
        let made = inner.shutdown.clone();
        // Whoever is woken may come back for the lock.
        drop(inner);
        if let Some(shutdown) = made {
            shutdown.fire(reason);
        }
    }

    /// Whether nothing is to begin any more that the component was asked to do: it was told to stop, or its life is over.
    pub(crate) fn takes_no_work(&self) -> bool {
        self.is_over() || self.inner().fired.is_some()
    }

    pub(crate) fn send(&self, message: Message) {
        self.shared.send(message);
    }

    /// Spawns a task of this component, beside its step.
    pub(crate) fn launch(
        self: &Arc<Self>,
        stage: Stage,
        name: Cow<'static, str>,
        place: &'static Location<'static>,
        work: Work,
    ) -> TaskLink {
        let (id, serial) = {
            let mut inner = self.inner();
            if inner.closed && matches!(stage, Stage::Task | Stage::Health) {
                return TaskLink {
                    scope: Arc::clone(self),
                    id: usize::MAX,
                    serial: 0,
                };
            }
            inner.serial += 1;
            let serial = inner.serial;
            if inner.alive.capacity() == 0 {
                // Most components have one task at a time, if any.
                inner.alive.reserve_exact(1);
            }
            self.beside.fetch_add(1, Ordering::Relaxed);
            let task = Task {
                serial,
                stage,
                name,
                place,
                since: self.shared.now(),
                abort: None,
            };
            (inner.alive.insert(task), serial)
        };
        let guard = Guard::new(Arc::clone(self), stage, Place::Beside { id, serial }, work);
        let handle = self.shared.runtime.spawn(guard);
        let mut inner = self.inner();
        let closed = inner.closed;
        if let Some(task) = inner.alive.get_mut(id).filter(|task| task.serial == serial) {
            if closed && matches!(stage, Stage::Task | Stage::Health) {
                handle.abort();
            }
            task.abort = Some(handle.abort_handle());
        }
        drop(inner);
        TaskLink {
            scope: Arc::clone(self),
            id,
            serial,
        }
    }

    /// Begins a step, for the runner to call. The one before it has ended.
    pub(super) fn step(self: &Arc<Self>, stage: Stage, work: Work) -> Guard {
        let number = self.steps.fetch_add(1, Ordering::SeqCst) + 1;
        Guard::new(Arc::clone(self), stage, Place::Step { number }, work)
    }

    /// Gives a step that has to wait a task of its own.
    pub(super) fn detach(&self, number: u32, step: Guard) {
        // Without the lock: a runtime that is shut down drops the step here and now, which may come back for it.
        let handle = self.shared.runtime.spawn(step).abort_handle();
        let mut inner = self.inner();
        // It may have ended already, and the next one may have come as far as this.
        if inner.step.as_ref().is_none_or(|(last, _)| *last < number) {
            inner.step = Some((number, handle.clone()));
        }
        drop(inner);
        if self.is_aborted(number) {
            handle.abort();
        }
    }

    /// Whether a step is not to go on.
    pub(super) fn is_aborted(&self, number: u32) -> bool {
        self.aborted.load(Ordering::SeqCst) >= number
    }

    /// Takes a task off the list.
    pub(super) fn forget_task(&self, id: usize, serial: u64) {
        let mut inner = self.inner();
        let alive = &mut inner.alive;
        if alive.get(id).is_some_and(|task| task.serial == serial) {
            alive.remove(id);
            if alive.is_empty() {
                *alive = Slab::new();
            }
        }
    }

    /// Nobody wants to know any more how a task ended.
    pub(crate) fn is_over(&self) -> bool {
        self.over.load(Ordering::Acquire)
    }

    /// The driver heard how a task beside the step ended.
    pub(super) fn heard(&self) {
        self.beside.fetch_sub(1, Ordering::Relaxed);
    }

    /// Whether no task is alive beside the step, and the driver knows how each of them ended.
    pub(super) fn is_alone(&self) -> bool {
        self.beside.load(Ordering::Relaxed) == 0
    }

    /// Aborts every task, and lets the component spawn no more.
    pub(super) fn abort(&self) {
        self.abort_and(|_| ());
    }

    /// Aborts every task, and takes something out under the same lock.
    fn abort_and<T>(&self, take: impl FnOnce(&mut Inner) -> T) -> T {
        let present = self.steps.load(Ordering::SeqCst);
        self.aborted.store(present, Ordering::SeqCst);
        let mut inner = self.inner();
        inner.closed = true;
        let step = inner.step.take().map(|(_, handle)| handle);
        let mut handles: Vec<AbortHandle> = inner
            .alive
            .iter()
            .filter_map(|(_, task)| task.abort.clone())
            .collect();
        handles.extend(step);
        let taken = take(&mut inner);
        // Aborting an idle task drops its future here and now, which comes back for the lock.
        drop(inner);
        for handle in handles {
            handle.abort();
        }
        taken
    }

    /// Ends this life.
    pub(super) fn end(&self) {
        self.over.store(true, Ordering::Release);
        // What could not run any more may hold a context of this life, which would keep it alive for ever.
        let cleanups = self.abort_and(|inner| std::mem::take(&mut inner.cleanups));
        self.shared.end_health(self.key, self.life);
        for Registered {
            cleanup, otherwise, ..
        } in cleanups
        {
            if let Some(otherwise) = otherwise {
                otherwise();
            }
            // One whose `Drop` waits for ever is not to be in the way of the others.
            self.shared.discard(cleanup);
        }
    }

    /// Lets the component spawn no more.
    pub(super) fn close(&self) {
        self.inner().closed = true;
    }

    /// Whether its tasks were aborted.
    pub(crate) fn is_closed(&self) -> bool {
        self.inner().closed
    }

    /// The tasks that are alive beside the step.
    pub(super) fn leftovers(&self) -> Vec<Leftover> {
        let inner = self.inner();
        let leftover = |task: &Task| Leftover {
            stage: task.stage,
            name: task.name.clone().into_owned(),
            place: (task.stage == Stage::Task).then_some(task.place),
            since: task.since,
        };
        inner.alive.iter().map(|(_, task)| leftover(task)).collect()
    }

    pub(crate) fn add_cleanup(
        &self,
        name: Cow<'static, str>,
        cleanup: Cleanup,
        otherwise: Option<Box<dyn FnOnce() + Send>>,
    ) {
        if self.is_over() {
            let component = self.name();
            tracing::warn!(target: "lifecycle", component, "the cleanup `{name}` came too late and will not run");
            return;
        }
        self.inner().cleanups.push(Registered {
            name,
            cleanup,
            otherwise,
        });
    }

    pub(super) fn next_cleanup(&self) -> Option<(Cow<'static, str>, Cleanup)> {
        let next = self.inner().cleanups.pop()?;
        Some((next.name, next.cleanup))
    }

    pub(super) fn has_cleanups(&self) -> bool {
        !self.inner().cleanups.is_empty()
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
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
        let inner = self.scope.inner();
        inner
            .alive
            .get(self.id)
            .filter(|task| task.serial == self.serial)
            .map(f)
    }
}
