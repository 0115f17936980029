//! What the driver shares with contexts and handles: where everything is, for reading.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::sync::{Notify, mpsc, watch};
use tokio::time::Instant;
use tokio_util::task::TaskTracker;

use super::cell::{Cell, Times};
use super::cleanups::{Queue, Registered};
use super::members::Members;
use super::runner::Runners;
use super::task::drop_each;
use super::watch::Watched;
use super::{Message, catch_panic};
use crate::component::Instance;
#[cfg(feature = "testing")]
use crate::engine::State;
use crate::engine::{Engine, Key, LifecycleEvent, Moment, Phase, What};
use crate::event::Bus;
use crate::plan::{Node, Plan};
use crate::pool::{Living, PoolReport, Registry};
use crate::schedule::Record as Schedule;
use crate::work::{Gates, Limits, Tally};

pub(crate) struct Shared {
    pub(crate) name: String,
    pub(super) members: Members,
    pub(crate) begun: Instant,
    /// Where components run.
    pub(crate) runtime: Handle,
    inbox: mpsc::UnboundedSender<Message>,
    phase: watch::Sender<Phase>,
    /// When the start or the stop that is under way has used up its time, in microseconds; `u64::MAX` while neither is.
    deadline: AtomicU64,
    /// When the start began and when it was complete.
    pub(super) start: Mutex<(Moment, Option<Moment>)>,
    /// Around the start, or the stop.
    pub(super) phase_span: Mutex<tracing::Span>,
    changed: Notify,
    /// Changes with every answer about groups.
    pub(super) version: AtomicU64,
    /// The app's own cleanups that have not begun.
    pub(super) cleanups: Queue,
    /// The pools that have a key.
    pub(crate) pools: Registry,
    /// The limits on tasks and micro-tasks, and who is at work under them.
    pub(crate) gates: Gates,
    pub(crate) events: Bus,
    pub(super) runners: Runners,
    /// Whether the scheduler gets on, if anybody watches.
    pub(super) watched: Option<Watched>,
    /// Tasks that drop what is the user's.
    discarded: TaskTracker,
    /// How many threads poll components, unless they block.
    pub(super) workers: usize,
    /// For the jitter of what is supervised inside components.
    random: Mutex<fastrand::Rng>,
    /// What the wall clock showed when the app began, if it goes by the app's time.
    #[cfg(feature = "cron")]
    wall: Option<std::time::SystemTime>,
}

/// How long the end of the app waits for what is dropped beside it.
const LAST_DROPS: Duration = Duration::from_secs(1);

/// How many notes of one component may wait to be told; of any more, the last one counts.
const UNTOLD_NOTES: usize = 64;

impl Shared {
    pub(super) fn new(
        name: String,
        plan: Plan,
        inbox: mpsc::UnboundedSender<Message>,
        runtime: Handle,
        seed: u64,
        limits: Limits,
        events: Bus,
    ) -> Self {
        Self {
            name,
            members: Members::new(plan),
            begun: Instant::now(),
            inbox,
            phase: watch::Sender::new(Phase::New),
            deadline: AtomicU64::new(u64::MAX),
            start: Mutex::default(),
            phase_span: Mutex::new(tracing::Span::none()),
            changed: Notify::new(),
            version: AtomicU64::new(0),
            cleanups: Queue::default(),
            pools: Registry::default(),
            gates: Gates::new(limits),
            events,
            runners: Runners::default(),
            watched: None,
            discarded: TaskTracker::new(),
            random: Mutex::new(fastrand::Rng::with_seed(seed)),
            #[cfg(feature = "cron")]
            wall: None,
            workers: runtime.metrics().num_workers(),
            runtime,
        }
    }

    /// Somebody is to watch whether the scheduler gets on.
    pub(super) fn with_watch(mut self, limit: Option<Duration>) -> Self {
        self.watched = limit.map(Watched::new);
        self
    }

    /// The wall clock shows this now, and goes by the app's time.
    #[cfg(all(feature = "cron", feature = "testing"))]
    pub(super) fn with_wall(mut self, wall: Option<std::time::SystemTime>) -> Self {
        self.wall = wall;
        self
    }

    /// A number from zero to `most`.
    pub(crate) fn random(&self, most: u64) -> u64 {
        let mut random = self.random.lock().unwrap_or_else(PoisonError::into_inner);
        random.u64(0..=most)
    }

    pub(crate) fn now(&self) -> Moment {
        self.begun.elapsed()
    }

    /// What the wall clock shows.
    #[cfg(feature = "cron")]
    pub(crate) fn wall(&self) -> jiff::Timestamp {
        let now = match self.wall {
            Some(begun) => begun.checked_add(self.now()),
            None => Some(std::time::SystemTime::now()),
        };
        let now = now.map(jiff::Timestamp::try_from);
        now.and_then(Result::ok).unwrap_or(jiff::Timestamp::MAX)
    }

    /// The clock of the runtime at this moment; `None` if it does not go that far.
    pub(crate) fn instant(&self, at: Moment) -> Option<Instant> {
        self.begun.checked_add(at)
    }

    /// Waits until then; for ever, if it is never, or lies beyond the clock.
    pub(crate) async fn sleep_until(&self, at: Option<Moment>) {
        match at.and_then(|at| self.instant(at)) {
            Some(at) => tokio::time::sleep_until(at).await,
            None => std::future::pending().await,
        }
    }

    pub(crate) fn send(&self, message: Message) {
        // After the end nobody listens, and nobody has to.
        let _ = self.inbox.send(message);
    }

    /// Takes in the components that a grown plan has beyond the present ones.
    pub(super) fn grow(&self, grown: &Plan, at: Moment) {
        self.members.grow(grown, at);
    }

    pub(crate) fn keys(&self) -> std::ops::Range<Key> {
        0..self.members.len() as Key
    }

    pub(crate) fn node(&self, key: Key) -> &Node {
        self.members.node(key)
    }

    /// The name of a component.
    pub(crate) fn name_of(&self, key: Key) -> &str {
        self.node(key).name()
    }

    pub(crate) fn key_of(&self, id: u64) -> Option<Key> {
        self.members.key_of(id)
    }

    /// The component with this name, the first if there are several.
    pub(crate) fn find(&self, name: &str) -> Option<Key> {
        self.members.find(name)
    }

    /// When a component was added; at zero, if it was there from the first.
    pub(super) fn added_at(&self, key: Key) -> Moment {
        self.members.added_at(key)
    }

    /// The component with this identity, while it is up.
    pub(crate) fn instance(&self, id: u64) -> Option<Instance> {
        let cell = self.cell(self.key_of(id)?);
        cell.instance.clone().filter(|_| cell.times.held)
    }

    pub(crate) fn instance_of(&self, key: Key) -> Option<Instance> {
        self.cell(key).instance.clone()
    }

    pub(super) fn set_instance(&self, key: Key, instance: Option<Instance>) {
        // What was there is dropped without the lock: its `Drop` may ask for the status.
        let _before = std::mem::replace(&mut self.cell(key).instance, instance);
    }

    /// What the load hook gave.
    pub(super) fn take_loaded(&self, key: Key) -> Option<Instance> {
        self.cell(key).extra.as_mut()?.loaded.take()
    }

    /// Drops what is the user's in a task of its own: neither the driver nor any lock waits for a `Drop`.
    pub(crate) fn discard<T: Send + 'static>(&self, value: T) {
        self.discard_each([value]);
    }

    /// Waits until all that was discarded is gone, but not for long.
    pub(super) async fn all_discarded(&self) {
        self.discarded.close();
        let _ = tokio::time::timeout(LAST_DROPS, self.discarded.wait()).await;
    }

    /// The same for several, one by one.
    pub(crate) fn discard_each<I>(&self, values: I)
    where
        I: IntoIterator<Item: Send> + Send + 'static,
    {
        let drops = async move {
            drop_each(values);
        };
        self.discarded.spawn_on(drops, &self.runtime);
    }

    /// Nobody drives the app any more.
    pub(super) fn abandon(&self) {
        self.phase.send_replace(Phase::Ended);
        self.changed.notify_waiters();
        self.events.close(self);
        // What is dropped here is the user's, and whatever it does, those who wait are told.
        let _ = catch_panic(|| self.runners.clear());
        self.discard_each(self.cleanups.close());
    }

    pub(super) fn take_instance(&self, key: Key) -> Option<Instance> {
        self.cell(key).instance.take()
    }

    pub(crate) fn loaded(&self, key: Key) -> Option<Instance> {
        self.cell(key).loaded()
    }

    pub(super) fn set_loaded(&self, key: Key, value: Option<Instance>) {
        self.cell(key).extra().loaded = value;
    }

    pub(crate) fn add_cleanup(&self, new: Registered) {
        if let Some(Registered { name, .. }) = self.cleanups.push(new) {
            let app = &self.name;
            tracing::warn!(target: "lifecycle", "{app}: the cleanup `{name}` came too late and will not run");
        } else if self.phase() == Phase::Cleaning {
            self.send(Message::AppCleanup);
        }
    }

    /// Takes a note of a component. One that says more than can be told does not bury the driver under it.
    pub(crate) fn take_note(&self, key: Key, note: String) {
        let mut cell = self.cell(key);
        let extra = cell.extra();
        if extra.untold < UNTOLD_NOTES {
            extra.untold += 1;
            // This one is newer.
            extra.skipped = None;
            drop(cell);
            self.send(Message::Note(key, note));
        } else {
            extra.skipped = Some(note);
        }
    }

    /// A note was told; gives the one to tell next, if some were skipped meanwhile.
    pub(super) fn told_note(&self, key: Key, note: String) -> Option<String> {
        let mut cell = self.cell(key);
        let extra = cell.extra();
        extra.note = Some(note);
        extra.untold = extra.untold.saturating_sub(1);
        if extra.untold == 0 {
            extra.skipped.take()
        } else {
            None
        }
    }

    pub(super) fn note(&self, key: Key) -> Option<String> {
        self.cell(key).note()
    }

    /// A pool of a component has workers from now on.
    pub(crate) fn open_pool(&self, key: Key, pool: Weak<dyn Living>) {
        self.cell(key).extra().open.push(pool);
    }

    /// Keeps what a pool of a component left behind, in place of the pool itself.
    pub(crate) fn add_pool(&self, key: Key, pool: &Weak<dyn Living>, report: PoolReport) {
        let mut cell = self.cell(key);
        let extra = cell.extra();
        let same = |open: &Weak<dyn Living>| std::ptr::addr_eq(open.as_ptr(), pool.as_ptr());
        extra.open.retain(|open| !same(open));
        PoolReport::join(&mut extra.pools, report);
    }

    /// Looks at what is known of a component, under its lock.
    pub(super) fn look<T>(&self, key: Key, look: impl FnOnce(&Cell) -> T) -> T {
        look(&self.cell(key))
    }

    /// Writes into the books of a component's tasks.
    pub(crate) fn tally(&self, key: Key, write: impl FnOnce(&mut Tally)) {
        write(self.cell(key).extra().tally.get_or_insert_default());
    }

    /// What is known of the schedules of a component.
    pub(crate) fn with_schedules<T>(&self, key: Key, f: impl FnOnce(&mut Vec<Schedule>) -> T) -> T {
        f(&mut self.cell(key).extra().schedules)
    }

    pub(super) fn set_deadline(&self, at: Option<Moment>) {
        let micros = |at: Moment| u64::try_from(at.as_micros()).unwrap_or(u64::MAX - 1);
        let micros = at.map_or(u64::MAX, micros);
        self.deadline.store(micros, Ordering::Relaxed);
    }

    /// When the start or the stop that is under way has used up its time.
    pub(crate) fn deadline(&self) -> Option<Moment> {
        let micros = self.deadline.load(Ordering::Relaxed);
        (micros < u64::MAX).then(|| Moment::from_micros(micros))
    }

    /// Whether all that can be up has been.
    pub(super) fn start_is_complete(&self) -> bool {
        let start = self.start.lock().unwrap_or_else(PoisonError::into_inner);
        start.1.is_some()
    }

    pub(crate) fn phase(&self) -> Phase {
        *self.phase.borrow()
    }

    pub(crate) fn has_ended(&self) -> bool {
        self.phase() == Phase::Ended
    }

    #[cfg(feature = "testing")]
    pub(crate) fn state(&self, key: Key) -> State {
        self.cell(key).times.state()
    }

    /// Waits for a phase that `wanted` has an answer for.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: nothing is lost when the future is dropped.
    pub(crate) async fn phase_with<T>(&self, wanted: impl Fn(Phase) -> Option<T>) -> Option<T> {
        let mut phase = self.phase.subscribe();
        let found = phase.wait_for(|phase| wanted(*phase).is_some()).await;
        found.ok().and_then(|phase| wanted(*phase))
    }

    /// Waits until `found` finds something; it looks again after every change.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: nothing is lost when the future is dropped.
    pub(crate) async fn until<T>(&self, mut found: impl FnMut(&Self) -> Option<T>) -> T {
        loop {
            let mut changed = std::pin::pin!(self.changed.notified());
            changed.as_mut().enable();
            if let Some(value) = found(self) {
                return value;
            }
            changed.await;
        }
    }

    /// Keeps the status up to date.
    pub(super) fn apply(&self, event: &LifecycleEvent, engine: &Engine) {
        self.span_phase(event.what);
        match event.what {
            What::Phase(phase) => {
                if phase == Phase::Starting {
                    // Something may have been disabled before.
                    self.heed(engine);
                }
                self.phase.send_replace(phase);
                let mut start = self.start.lock().unwrap_or_else(PoisonError::into_inner);
                match phase {
                    Phase::Starting => start.0 = event.at,
                    Phase::Running => start.1 = Some(event.at),
                    _ => {}
                }
            }
            What::Component(key, change) => {
                let state = engine.state(key);
                self.cell(key)
                    .apply(change, state, event.at, engine.deadline(key));
            }
            What::Forced(_) => {
                for key in self.keys() {
                    let times = &mut self.cell(key).times;
                    times.aborted |= times.starting.is_some() && times.down.is_none();
                }
            }
            _ => {}
        }
        self.bump_version();
    }

    /// The number of the component's last attempt to start.
    pub(super) fn attempt(&self, key: Key) -> u32 {
        self.cell(key).times.attempts
    }

    /// When the component did what.
    pub(super) fn times(&self, key: Key) -> Times {
        self.cell(key).times.clone()
    }

    /// Has everybody look again who waits for a change.
    pub(crate) fn announce(&self) {
        self.changed.notify_waiters();
    }

    pub(super) fn cell(&self, key: Key) -> MutexGuard<'_, Cell> {
        let cell = self.members.cell(key).lock();
        cell.unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Shared {
    /// What components are made of is the user's, and whoever holds the app last is not to panic with it.
    fn drop(&mut self) {
        let members = std::mem::replace(&mut self.members, Members::new(Plan::empty()));
        let events = self.events.take();
        let _ = catch_panic(|| drop(events));
        let _ = catch_panic(|| drop(members));
    }
}
