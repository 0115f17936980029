//! The thread that notices when the runtime of the components runs nothing any more, and who holds its threads.
//!
//! What a thread polls stands in a record of its own, which costs two stores a poll and no look at the clock: that a poll takes
//! long shows when the watch sees the same one again. Real time counts, also in tests whose time stands still.

use std::cell::Cell;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant};

use super::{Lines, Shared};
use crate::engine::{Key, Moment};
use crate::error::Short;
use crate::health::watch::{Holder, Noticed, Poll, Stall, Watch};
use crate::plan::Stage;
use crate::text::visible;

/// What is known about the scheduler, for those who ask.
pub(crate) struct Watched {
    /// Tells the app apart from others in this process.
    app: u64,
    limit: Duration,
    begun: Instant,
    /// Of the thread that began the app.
    lines: Lines,
    stall: Mutex<Option<Stall>>,
}

impl Watched {
    #[expect(
        clippy::disallowed_methods,
        reason = "a scheduler stands still in real time"
    )]
    pub(super) fn new(limit: Duration) -> Self {
        static APPS: AtomicU64 = AtomicU64::new(0);
        Self {
            app: APPS.fetch_add(1, Ordering::Relaxed),
            limit,
            begun: Instant::now(),
            lines: Lines::here(),
            stall: Mutex::default(),
        }
    }

    fn now(&self) -> Moment {
        self.begun.elapsed()
    }

    fn stall(&self) -> MutexGuard<'_, Option<Stall>> {
        self.stall.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes down that this thread polls a task of a component, until what it gives is dropped.
    pub(super) fn mark(&self, key: Key, stage: Stage) -> Option<Mark> {
        RECORD
            .try_with(|(record, polls)| {
                let poll = polls.get() + 1;
                polls.set(poll);
                let before = record.read();
                record.write(poll, u64::from(key) | self.tag(stage));
                Mark { before }
            })
            .ok()
    }

    /// The app and a stage, beside a key.
    fn tag(&self, stage: Stage) -> u64 {
        (self.app & 0xFF_FFFF) << 40 | (stage as u64) << 32
    }

    /// What the threads do that work for this app.
    fn polls(&self) -> Vec<Poll> {
        let mut threads = threads();
        threads.retain(|thread| thread.strong_count() > 0);
        let records = threads.iter().filter_map(Weak::upgrade);
        let polls = records.filter_map(|record| {
            let (poll, what) = record.read();
            let stage = ALL
                .into_iter()
                .find(|stage| *stage as u64 == what >> 32 & 0xFF)?;
            let is_ours = poll != 0 && what >> 40 == self.app & 0xFF_FFFF;
            is_ours.then_some(Poll {
                id: (Arc::as_ptr(&record).addr(), poll),
                key: what as Key,
                stage,
            })
        });
        polls.collect()
    }
}

const ALL: [Stage; 8] = [
    Stage::Load,
    Stage::Start,
    Stage::Run,
    Stage::Task,
    Stage::Health,
    Stage::Drain,
    Stage::Stop,
    Stage::Cleanup,
];

/// What one thread polls.
#[derive(Default)]
struct Record {
    /// The number of the poll; 0 between two.
    poll: AtomicU64,
    /// The app, the stage and the key.
    what: AtomicU64,
}

impl Record {
    /// Only the thread itself writes.
    fn write(&self, poll: u64, what: u64) {
        self.what.store(what, Ordering::Relaxed);
        // Who reads this sees what it is about.
        self.poll.store(poll, Ordering::Release);
    }

    fn read(&self) -> (u64, u64) {
        let poll = self.poll.load(Ordering::Acquire);
        (poll, self.what.load(Ordering::Relaxed))
    }
}

static THREADS: Mutex<Vec<Weak<Record>>> = Mutex::new(Vec::new());

fn threads() -> MutexGuard<'static, Vec<Weak<Record>>> {
    THREADS.lock().unwrap_or_else(PoisonError::into_inner)
}

thread_local! {
    /// The record of this thread, and how many polls it has noted down.
    static RECORD: (Arc<Record>, Cell<u64>) = {
        let record = Arc::new(Record::default());
        threads().push(Arc::downgrade(&record));
        (record, Cell::new(0))
    };
}

/// A poll under way; a poll within a poll ends before it.
pub(super) struct Mark {
    before: (u64, u64),
}

impl Drop for Mark {
    fn drop(&mut self) {
        let (poll, what) = self.before;
        let _ = RECORD.try_with(|(record, _)| record.write(poll, what));
    }
}

/// Ends the watch when it is dropped.
pub(super) struct Watching(
    #[expect(dead_code, reason = "its end is what is heard")] mpsc::Sender<()>,
);

impl Watching {
    /// Begins to watch, if that is wanted.
    pub(super) fn begin(shared: &Arc<Shared>) -> Option<Self> {
        let watched = shared.watched.as_ref()?;
        let (limit, lines) = (watched.limit, watched.lines.clone());
        let (end, ended) = mpsc::channel();
        let shared = Arc::downgrade(shared);
        let thread = std::thread::Builder::new().name("lifecycle-watch".to_owned());
        let spawned = thread.spawn(move || lines.around(|| watch(&shared, limit, &ended)));
        if let Err(error) = spawned {
            tracing::warn!(target: "lifecycle", "nobody watches the scheduler: {error}");
        }
        Some(Self(end))
    }
}

/// Looks again and again, until the app has ended.
fn watch(shared: &Weak<Shared>, limit: Duration, ended: &mpsc::Receiver<()>) {
    let mut watch = Watch::new(limit);
    let mut answer = Arc::new(AtomicBool::new(false));
    while ended.recv_timeout(watch.interval()) == Err(RecvTimeoutError::Timeout) {
        let Some(shared) = shared.upgrade() else {
            return;
        };
        let Some(watched) = &shared.watched else {
            return;
        };
        let now = watched.now();
        let answered = answer.load(Ordering::Acquire);
        for finding in watch.look(now, answered, &watched.polls()) {
            shared.watch_found(watched, finding);
        }
        if watch.asks(now) {
            answer = Arc::new(AtomicBool::new(false));
            let answers = Answers(Arc::clone(&answer));
            shared.runtime.spawn(async move { drop(answers) });
        }
    }
}

/// Says that it was run; also when it is dropped because the runtime is no more.
struct Answers(Arc<AtomicBool>);

impl Drop for Answers {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Release);
    }
}

impl Shared {
    fn watch_found(&self, watched: &Watched, finding: Noticed) {
        match finding {
            Noticed::Begun(stall) => {
                *watched.stall() = Some(stall);
                self.renew_answers();
                let words = self.stall().unwrap_or_default();
                tracing::error!(target: "lifecycle", "{words}");
            }
            Noticed::Goes(stall) => *watched.stall() = Some(stall),
            Noticed::Over(time) => {
                *watched.stall() = None;
                self.renew_answers();
                tracing::info!(target: "lifecycle", "the scheduler runs again, after {}", Short(time));
            }
            Noticed::Slow(holder) => {
                let component = self.name_of(holder.key);
                let words = self.words(&holder, watched.now());
                tracing::warn!(target: "lifecycle", component, "{words}; what blocks belongs into `spawn_blocking`");
            }
        }
    }

    /// Why the scheduler runs nothing, while it does not.
    pub(super) fn stall(&self) -> Option<String> {
        let watched = self.watched.as_ref()?;
        let stall = watched.stall().clone()?;
        let now = watched.now();
        let time = Short(now.saturating_sub(stall.since));
        let holders: Vec<_> = stall.holders.iter().map(|it| self.words(it, now)).collect();
        let holders = match &holders[..] {
            [] => "what holds its threads is no task of a component".to_owned(),
            _ => holders.join(", "),
        };
        Some(format!(
            "the scheduler has not run anything for {time}; {holders}"
        ))
    }

    fn words(&self, holder: &Holder, now: Moment) -> String {
        let Holder { key, stage, since } = *holder;
        let time = Short(now.saturating_sub(since));
        format!(
            "`{}` ({stage}) has held a thread for {time}",
            visible(self.name_of(key))
        )
    }
}
