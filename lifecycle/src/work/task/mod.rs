//! Tasks: named work of a component that is asked to run, now and then, later, or again and again.
//!
//! [`Context::spawn`] runs something once, at once; a task stays, and runs when it is asked to. [`Context::task`] makes one.
//! Two runs of one task never overlap, and whatever is asked before a run begins is answered by that one run:
//!
//! | | |
//! |---|---|
//! | [`queue`](Task::queue) | when all that was queued before it has begun, and fewer than the limit are at work |
//! | [`queue_first`](Task::queue_first) | the same, before all that is only queued |
//! | [`run_now`](Task::run_now) | at once, whatever else is at work |
//! | [`at`](Task::at), [`after`](Task::after) | from then on as if by `queue_first`; another time replaces this one |
//! | [`repeat`](Task::repeat) | so long after it was said, and after the end of each run, as if by `queue_first` |
//! | [`max_delay`](Task::max_delay) | queued for so long, it begins whatever else is at work |
//! | [`cancel`](Task::cancel) | never again |
//!
//! Asked in several ways, it follows the most urgent one. Asked while it runs, it runs once more afterwards, so a task may
//! ask for its own next run from inside: it is given its own handle for that. If it does, that takes the place of the
//! repetition this time.
//!
//! At most so many tasks are at work at once in an app, all components together: one for each core, unless `task_limit` of
//! [`#[app]`](macro@crate::app) or of [`AppBuilder`](crate::app::AppBuilder::task_limit) says otherwise. Only those that were
//! asked to run now and those whose longest delay has passed are ever beyond the limit; they count. A run that never ends
//! keeps its slot for as long, so what goes on for ever belongs into a run loop. [`AppHandle::task_load`] says how things
//! stand. Short work for the processor goes through [`micro`](crate::micro), which has priorities and a limit of its own.
//!
//! # Whose they are
//!
//! A task belongs to the component in whose context it was made, so that it runs only while what it needs is there. When
//! the component is told to stop, what waits never begins: a run that somebody asked for is counted as
//! [dropped](TaskStats::dropped) in the report. A run that has begun is waited for within the component's stop timeout, and
//! then aborted. What was made in a run loop ends in the same way when the run loop is to begin anew, and the next call of
//! it makes its own. Handles that outlive all this ask for nothing.
//!
//! A task outlives the `&self` of the hook that makes it. One that calls methods of its own component takes a clone of its
//! context along, and asks [`cx.try_get::<Self>()`](Context::try_get) in each run. That is `None` before the component
//! is up, and again once it has been told to stop.
//!
//! # Failures
//!
//! A run that returns an error or panics is logged (for each task one line in ten seconds, with how many there were), counted,
//! and kept for the [report](TaskReport) as long as it is among the last 16. It does not fail the component, and the task runs again when it is asked to. Work whose failure is one of the
//! component goes into its run loop, or into [`Context::spawn`].

mod carry;
mod state;

use std::borrow::Cow;
use std::fmt;
use std::panic::Location;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::Instant;

pub use super::gate::Load;
use super::gate::{Gate, Turn};
use super::priority::Priority;
use super::tally::Lines;
pub use super::tally::{TaskReport, TaskStats};
use crate::component::{BoxError, BoxFuture, Outcome};
use crate::context::{AppHandle, Context};
use crate::driver::Scope;
use crate::engine::Moment;
use state::{Place, State, Told};

/// A task of a component. Cheap to clone: all clones are handles of the same task. Dropping them changes nothing: what was
/// asked of it happens.
///
/// The [module](crate::task) says when it runs. Nothing here waits, and all of it may be called from anywhere, also from
/// inside the task.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use lifecycle::prelude::*;
/// use lifecycle::task::Task;
///
/// # struct Feed; impl Feed { async fn fetch() -> std::io::Result<bool> { Ok(true) } }
/// #[resource]
/// struct News { fetch: Task }
///
/// #[resource]
/// impl News {
///     #[start]
///     fn start(cx: Context) -> Self {
///         let fetch = cx.task("fetch", |task: Task| async move {
///             let more = Feed::fetch().await?;
///             if more {
///                 task.after(Duration::from_secs(1));
///             }
///             std::io::Result::Ok(())
///         });
///         fetch.repeat(Duration::from_secs(300));
///         fetch.queue();
///         Self { fetch }
///     }
/// }
///
/// impl News {
///     /// However many ask for it at once, it is fetched once, or once more.
///     fn refresh(&self) {
///         self.fetch.run_now();
///     }
/// }
/// # let _ = (lifecycle::plan![News], News::refresh);
/// ```
#[derive(Clone)]
pub struct Task {
    core: Arc<Core>,
}

type Work = Box<dyn Fn(Task) -> BoxFuture<Result<(), BoxError>> + Send + Sync>;

/// What handles and the one who carries the task out share.
struct Core {
    scope: Arc<Scope>,
    name: Cow<'static, str>,
    place: &'static Location<'static>,
    gate: Arc<Gate>,
    work: Work,
    live: Mutex<Live>,
    /// Something new was asked.
    changed: Notify,
}

struct Live {
    state: State,
    /// A new place in the queue, for whom carries it out.
    turn: Option<(Place, Turn)>,
    /// Nobody will carry it out any more.
    over: bool,
    lines: Lines,
}

impl<C> Context<C> {
    /// Makes a [task](crate::task) of this component, which runs when it is asked to.
    ///
    /// The name is for people: it stands in the log and in reports.
    #[track_caller]
    pub fn task<H, F, O>(&self, name: impl Into<Cow<'static, str>>, work: H) -> Task
    where
        H: Fn(Task) -> F + Send + Sync + 'static,
        F: Future<Output = O> + Send + 'static,
        O: Outcome<()>,
    {
        let gate = Arc::clone(self.scope().shared.gates.tasks());
        Task::new(self.scope(), name.into(), gate, work)
    }
}

impl Task {
    #[track_caller]
    pub(super) fn new<H, F, O>(
        scope: &Arc<Scope>,
        name: Cow<'static, str>,
        gate: Arc<Gate>,
        work: H,
    ) -> Self
    where
        H: Fn(Self) -> F + Send + Sync + 'static,
        F: Future<Output = O> + Send + 'static,
        O: Outcome<()>,
    {
        let work = Arc::new(work);
        let work = move |task: Self| -> BoxFuture<Result<(), BoxError>> {
            let work = Arc::clone(&work);
            // The closure runs inside the future, so that a panic in it is caught too.
            Box::pin(async move { work(task).await.outcome() })
        };
        Self {
            core: Arc::new(Core {
                scope: Arc::clone(scope),
                name,
                place: Location::caller(),
                gate,
                work: Box::new(work),
                live: Mutex::new(Live {
                    state: State::default(),
                    turn: None,
                    over: false,
                    lines: Lines::default(),
                }),
                changed: Notify::new(),
            }),
        }
    }

    /// The name of the task.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.core.name
    }

    /// Sets the longest time for which it waits in the queue, from when it was asked for or came due; then it begins, whatever
    /// else is at work. Without one it waits for as long as it takes.
    ///
    /// It holds for what is asked after this.
    #[must_use = "it is the same task"]
    pub fn max_delay(self, delay: Duration) -> Self {
        self.core.live().state.set_max_delay(delay);
        self
    }

    /// Asks for a run, after all that is queued.
    pub fn queue(&self) {
        self.core.queue(Priority::Low);
    }

    /// Asks for a run before all that is only queued, and after those that were asked to run first before it.
    pub fn queue_first(&self) {
        self.core.queue(Priority::Medium);
    }

    /// Asks for a run at once, whatever else is at work. It counts under the limit, so that others have to wait for it.
    pub fn run_now(&self) {
        self.core.queue(Priority::High);
    }

    /// Asks for a run at this time, and not at another one for which it was asked before.
    pub fn at(&self, time: impl Into<Instant>) {
        let at = time.into().duration_since(self.core.scope.shared.begun);
        self.core.ask(1, |state, _| state.at(at));
    }

    /// Asks for a run after this time, and not at another one for which it was asked before.
    pub fn after(&self, delay: Duration) {
        let ask = |state: &mut State, now: Moment| state.at(now.saturating_add(delay));
        self.core.ask(1, ask);
    }

    /// Has it run again and again: for the first time after this time, unless it is asked before that, and then always so long
    /// after the end of the last run. `None` ends the repetition.
    ///
    /// # Panics
    ///
    /// If the time is zero.
    #[track_caller]
    pub fn repeat(&self, every: impl Into<Option<Duration>>) {
        let every = every.into();
        let is_zero = every.is_some_and(|every| every.is_zero());
        assert!(!is_zero, "a task cannot repeat without a pause");
        self.core.ask(0, |state, now| state.repeat(now, every));
    }

    /// Forgets what was asked of it, for ever. A run that has begun goes on to its end; it is the last one.
    pub fn cancel(&self) {
        self.core.ask(0, |state, _| state.cancel());
    }

    /// Whether it will never run again: it was cancelled, or its component was told to stop.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        let is_over = self.core.scope.takes_no_work();
        let live = self.core.live();
        is_over || live.over || live.state.is_cancelled()
    }
}

impl Core {
    fn queue(self: &Arc<Self>, priority: Priority) {
        self.ask(1, |state, now| state.queue(now, priority));
    }

    /// Asks something of the task, and has it carried out. Where nobody can, so many runs are dropped.
    fn ask(self: &Arc<Self>, runs: u64, ask: impl FnOnce(&mut State, Moment) -> Told) {
        let is_over = self.scope.takes_no_work();
        let mut live = self.live();
        if is_over || live.over {
            let runs = runs * u64::from(!live.state.is_cancelled());
            drop(live);
            return super::tally::dropped(&self.scope, runs);
        }
        let before = live.state.place();
        let told = ask(&mut live.state, self.scope.shared.now());
        // Its place in the queue is that of this call, not that of whom carries it out.
        let place = live.state.place().filter(|place| before != Some(*place));
        let turn = place.map(|place| (place, self.turn(place)));
        let old = match turn {
            Some(turn) => live.turn.replace(turn),
            None => None,
        };
        drop(live);
        // It wakes those who wait, and their wakers are not to be called under the lock.
        drop(old);
        match told {
            Told::Nobody => {}
            Told::Carrier => self.changed.notify_one(),
            Told::NewCarrier => carry::begin(self),
        }
    }

    fn live(&self) -> MutexGuard<'_, Live> {
        self.live.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Task {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Task")
            .field("name", &self.name())
            .field("cancelled", &self.is_cancelled())
            .finish_non_exhaustive()
    }
}

impl AppHandle {
    /// How many [tasks](crate::task) run and wait at this moment.
    #[must_use]
    pub fn task_load(&self) -> Load {
        self.shared().gates.tasks().load()
    }
}
