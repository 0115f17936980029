//! All handlers and subscriptions of one app.

use std::any::TypeId;
use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use super::circle::Waits;
use super::emit::Emitted;
use super::handler::Handler;
use super::inbox::Presence;
use super::report::HandlerReport;
use super::subscription::Letters;
use crate::component::{Code, Instance};
use crate::context::Context;
use crate::driver::Shared;
use crate::engine::Key;
use crate::observe::Observer;
use crate::plan::Plan;

/// Made when the app is, out of what the plan says; without handlers it is empty.
pub(crate) struct Bus {
    /// Whether there are handlers: most apps that have none pay no more than this.
    any: AtomicBool,
    /// In the order of their components.
    handlers: RwLock<Vec<Arc<Handler>>>,
    known: RwLock<Known>,
    waits: Mutex<Waits>,
    /// The types of events of which the log has said that nobody gets them.
    unheard: Mutex<HashSet<TypeId>>,
}

struct Known {
    /// Replaced as a whole when somebody subscribes, so that those who emit hold the lock only to look one up.
    topics: HashMap<TypeId, Arc<Topic>>,
    observers: Option<Observers>,
    closed: bool,
}

pub(crate) type Observers = Arc<[Box<dyn Observer>]>;

/// Who gets the events of one type.
#[derive(Clone, Default)]
pub(super) struct Topic {
    pub(super) handlers: Vec<Arc<Handler>>,
    pub(super) letters: Vec<Arc<Letters>>,
}

impl Bus {
    /// Collects the handlers of the components, except for those of which no code is to be called.
    pub(crate) fn new(
        plan: &Plan,
        observers: Observers,
        is_replaced: impl Fn(Key) -> bool,
    ) -> Self {
        let bus = Self {
            any: AtomicBool::new(false),
            handlers: RwLock::default(),
            known: RwLock::new(Known {
                topics: HashMap::new(),
                observers: Some(observers),
                closed: false,
            }),
            waits: Mutex::default(),
            unheard: Mutex::default(),
        };
        bus.grow(plan, 0..plan.len(), is_replaced);
        bus
    }

    /// Collects the handlers of these components, which come behind all that are known.
    pub(crate) fn grow(&self, plan: &Plan, new: Range<usize>, is_replaced: impl Fn(Key) -> bool) {
        for key in new {
            let node = &plan.nodes()[key];
            let declared = Code::of(node).handlers().all;
            if !declared.is_empty() && !is_replaced(key as Key) {
                let made = declared.into_iter();
                let made = made.map(|one| Handler::new(key as Key, node.name(), one));
                self.enlist(made.collect());
            }
        }
    }

    fn enlist(&self, new: Vec<Arc<Handler>>) {
        let mut known = self.known_mut();
        for handler in &new {
            let topic = known.topics.entry(handler.declared.event).or_default();
            Arc::make_mut(topic).handlers.push(Arc::clone(handler));
        }
        drop(known);
        let handlers = self.handlers.write();
        handlers.unwrap_or_else(PoisonError::into_inner).extend(new);
        self.any.store(true, Ordering::Release);
    }

    /// Leaves an empty one.
    pub(crate) fn take(&mut self) -> Self {
        let observers = Observers::from([]);
        std::mem::replace(self, Self::new(&Plan::empty(), observers, |_| false))
    }

    pub(crate) fn has_handlers(&self) -> bool {
        self.any.load(Ordering::Acquire)
    }

    /// Shows an event to all observers, and says who else gets it, if there is anybody. An observer that panics is a bug of
    /// its own, and must not fail who emits.
    pub(super) fn show(&self, event: TypeId, emitted: &Emitted<'_>) -> Option<Arc<Topic>> {
        let (topic, observers) = {
            let known = self.known();
            (known.topics.get(&event).cloned(), known.observers.clone())
        };
        for observer in observers.iter().flat_map(|all| all.iter()) {
            if let Err(payload) = catch_unwind(AssertUnwindSafe(|| observer.on_emit(emitted))) {
                // Dropping it may panic once more.
                std::mem::forget(payload);
                tracing::error!(target: "lifecycle", "an observer panicked");
            }
        }
        if topic.is_none() && tracing::enabled!(target: "lifecycle", tracing::Level::DEBUG) {
            self.tell_unheard(event, emitted);
        }
        topic
    }

    /// It may be meant so, or be the wrong type: that is worth one line.
    fn tell_unheard(&self, event: TypeId, emitted: &Emitted<'_>) {
        let unheard = self.unheard.lock();
        let is_new = unheard
            .unwrap_or_else(PoisonError::into_inner)
            .insert(event);
        if is_new {
            let (name, component) = (emitted.name(), emitted.by());
            let hint = match name.starts_with("alloc::sync::Arc<") {
                true => "; emit the event itself, which handlers get in an `Arc`",
                false => "",
            };
            tracing::debug!(target: "lifecycle", component, "nobody handles or subscribes to events of type `{name}`{hint}");
        }
    }

    pub(super) fn waits(&self) -> MutexGuard<'_, Waits> {
        self.waits.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn subscribe(&self, letters: &Arc<Letters>) {
        let mut known = self.known_mut();
        if known.closed {
            drop(known);
            return letters.end();
        }
        let topic = known.topics.entry(letters.event).or_default();
        Arc::make_mut(topic).letters.push(Arc::clone(letters));
    }

    pub(super) fn unsubscribe(&self, letters: &Arc<Letters>) {
        let mut known = self.known_mut();
        let Some(topic) = known.topics.get_mut(&letters.event) else {
            return;
        };
        let own = Arc::make_mut(topic);
        own.letters.retain(|other| !Arc::ptr_eq(other, letters));
        if own.letters.is_empty() && own.handlers.is_empty() {
            known.topics.remove(&letters.event);
        }
    }

    fn of(&self, key: Key) -> Vec<Arc<Handler>> {
        if !self.has_handlers() {
            return Vec::new();
        }
        let handlers = self.all();
        let first = handlers.partition_point(|handler| handler.key < key);
        let own = handlers[first..].iter();
        own.take_while(|handler| handler.key == key)
            .cloned()
            .collect()
    }

    /// The component is somewhere else now; `lost` says that it will not come up as things are.
    pub(crate) fn settle(&self, key: Key, presence: Presence, lost: bool, shared: &Shared) {
        for handler in self.of(key) {
            handler.settle(presence, lost, shared);
        }
    }

    /// Begins the work of a component's handlers, as its tasks.
    pub(crate) fn begin(&self, key: Key, instance: &Instance, cx: &Context) {
        for handler in self.of(key) {
            handler.begin(instance, cx);
        }
    }

    pub(crate) fn reports_of(&self, key: Key) -> Vec<HandlerReport> {
        self.of(key)
            .iter()
            .map(|handler| handler.report())
            .collect()
    }

    /// The app has ended: nobody handles anything any more, and subscriptions end.
    pub(crate) fn close(&self, shared: &Shared) {
        let (letters, observers) = {
            let mut known = self.known_mut();
            known.closed = true;
            let topics = known.topics.values();
            let letters: Vec<_> = topics.flat_map(|topic| topic.letters.clone()).collect();
            (letters, known.observers.take())
        };
        // Their `Drop` is code of others.
        drop(observers);
        letters.iter().for_each(|letters| letters.end());
        let handlers = self.all().clone();
        for handler in &handlers {
            handler.settle(Presence::Away, true, shared);
        }
    }

    fn all(&self) -> RwLockReadGuard<'_, Vec<Arc<Handler>>> {
        self.handlers.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn known(&self) -> RwLockReadGuard<'_, Known> {
        self.known.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn known_mut(&self) -> RwLockWriteGuard<'_, Known> {
        self.known.write().unwrap_or_else(PoisonError::into_inner)
    }
}
