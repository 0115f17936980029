//! The queue of a pool, its books and its waiting lists, behind one lock.
//!
//! A channel of somebody else's would need books beside it, which could not be exact. Each job costs one turn at this lock to
//! come in. A worker takes its turn to get jobs and to say how its last ones ended: one job at a time, or a few while jobs
//! end at once and there are many, so that those who submit and those who work do not stand in each other's way.
//!
//! Invariants:
//! 1. The ledger says what the lanes hold: both change under the same lock.
//! 2. No code of others runs under the lock: jobs are moved, wakers are taken out and woken afterwards.
//! 3. A seat is in `idle` exactly while its waker is in `parked`. Whoever takes the seat out wakes it.
//! 4. Locks are taken in this order: the queue's, a tray's, a tray's reply. Trays are filled only under the queue's.
//! 5. `queued + reserved <= capacity`. Who waits for room is either in `waiting`, or has a place reserved.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::task::Waker;

use tokio::sync::oneshot;

use super::account::{Fate, Ledger, Stats};
use super::error::{JobError, Refusal};
use super::wait::{Pop, Push};
use crate::work::Priority;

/// Where the outcome of a job goes, if somebody waits for it.
pub(super) type Reply<T, E> = oneshot::Sender<Result<T, JobError<E>>>;

/// How many priorities there are.
const LANES: usize = 3;

impl Priority {
    /// The most urgent ones come first.
    fn lane(self) -> usize {
        match self {
            Self::High => 0,
            Self::Medium => 1,
            Self::Low => 2,
        }
    }
}

/// A job in the queue.
pub(super) struct Item<J, T, E> {
    pub(super) job: J,
    pub(super) priority: Priority,
    pub(super) reply: Option<Reply<T, E>>,
}

/// The jobs that a worker has taken and not begun. They lie here, and not with the worker, so that they can be handed back
/// when it never comes back from the one it has begun.
// As large as two cache lines, which processors fetch together: each worker writes to its own all the time.
#[repr(align(128))]
pub(super) struct Tray<J, T, E> {
    items: Mutex<VecDeque<Item<J, T, E>>>,
    /// Who waits for the job that the worker has begun: told when the books are closed, if the worker never comes back.
    reply: Mutex<Option<Reply<T, E>>>,
}

impl<J, T, E> Tray<J, T, E> {
    fn items(&self) -> MutexGuard<'_, VecDeque<Item<J, T, E>>> {
        self.items.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn take(&self) -> Option<Begun<J>> {
        let mut items = self.items();
        Some(self.begin(items.pop_front()?))
    }

    /// The worker begins this job. Locked is what the job came from.
    fn begin(&self, item: Item<J, T, E>) -> Begun<J> {
        let is_awaited = item.reply.is_some();
        if is_awaited {
            *self.reply() = item.reply;
        }
        Begun {
            job: item.job,
            is_awaited,
        }
    }

    fn reply(&self) -> MutexGuard<'_, Option<Reply<T, E>>> {
        self.reply.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A job that a worker begins.
pub(super) struct Begun<J> {
    pub(super) job: J,
    /// Whether somebody waits for what comes of it.
    pub(super) is_awaited: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Phase {
    Open,
    /// No job comes in; what is queued is still worked off.
    Stopping,
    /// No job comes in, and none is begun.
    Halted,
}

/// What is left when the books are closed.
pub(super) struct Left<J> {
    /// Those that were still queued, and those cut off whose work only borrowed them.
    pub(super) jobs: Vec<J>,
    pub(super) stats: Stats,
}

pub(super) struct JobQueue<J, T, E> {
    state: Mutex<State<J, T, E>>,
    /// One for each worker.
    trays: OnceLock<Box<[Tray<J, T, E>]>>,
}

pub(super) struct State<J, T, E> {
    pub(super) ledger: Ledger,
    lanes: [VecDeque<Item<J, T, E>>; LANES],
    pub(super) phase: Phase,
    capacity: u64,
    /// Workers that have nothing to do. The last one to come is the first to go: what it needs is still in the caches.
    pub(super) idle: Vec<usize>,
    pub(super) parked: Vec<Option<Waker>>,
    /// Who waits for room, in order.
    pub(super) waiting: VecDeque<Waiting>,
    /// Who of these comes next.
    pub(super) next: u64,
    /// Places of those who were told that there is room, and have not come yet.
    pub(super) reserved: u64,
    /// Jobs that were cut off while running.
    back: Vec<J>,
}

pub(super) struct Waiting {
    pub(super) number: u64,
    pub(super) waker: Waker,
}

impl<J, T, E> JobQueue<J, T, E> {
    pub(super) fn new(capacity: Option<usize>) -> Self {
        Self {
            state: Mutex::new(State {
                ledger: Ledger::default(),
                lanes: Default::default(),
                phase: Phase::Open,
                capacity: capacity.map_or(u64::MAX, |capacity| capacity as u64),
                idle: Vec::new(),
                parked: Vec::new(),
                waiting: VecDeque::new(),
                next: 0,
                reserved: 0,
                back: Vec::new(),
            }),
            trays: OnceLock::new(),
        }
    }

    pub(super) fn stats(&self) -> Stats {
        self.state().ledger.stats()
    }

    pub(super) fn is_open(&self) -> bool {
        self.state().phase == Phase::Open
    }

    /// Makes room for the workers; `false` if they are there already.
    pub(super) fn take_seats(&self, count: usize) -> bool {
        let trays = (0..count).map(|_| Tray {
            items: Mutex::default(),
            reply: Mutex::default(),
        });
        let free = self.trays.set(trays.collect()).is_ok();
        if free {
            self.state().parked.resize_with(count, || None);
        }
        free
    }

    pub(super) fn trays(&self) -> &[Tray<J, T, E>] {
        self.trays.get().map_or(&[], |trays| &**trays)
    }

    /// Takes the job, or says why not.
    pub(super) fn try_push(&self, item: Item<J, T, E>) -> Result<(), (Item<J, T, E>, Refusal)> {
        let mut state = self.state();
        let reason = match state.phase {
            Phase::Open if state.has_room() => {
                let waker = state.push(item);
                drop(state);
                wake(waker);
                return Ok(());
            }
            Phase::Open => Refusal::Full,
            Phase::Stopping | Phase::Halted => state.refusal(),
        };
        state.ledger.refuse();
        Err((item, reason))
    }

    /// Takes the job as soon as there is room.
    pub(super) fn push(&self, item: Item<J, T, E>) -> Push<'_, J, T, E> {
        Push::new(self, item)
    }

    /// Says how many of the worker's last jobs were done, and gives it the next one if one is there; further ones, if it wants
    /// them and there are many, come into its tray. Gives, too, how many it could have got.
    pub(super) fn turn(
        &self,
        done: u64,
        wanted: u64,
        tray: &Tray<J, T, E>,
    ) -> (Option<Begun<J>>, u64) {
        let mut state = self.state();
        state.ledger.end(Fate::Done, done);
        let item = state.pop();
        // All workers are to find something, and some is to be left for those who come first.
        let share = state.ledger.queued() / (2 * self.trays().len() as u64);
        if item.is_some() && share > 0 && wanted > 1 {
            let mut items = tray.items();
            for _ in 1..wanted.min(share + 1) {
                items.extend(state.pop());
            }
        }
        let begun = item.map(|item| tray.begin(item));
        let wakers = state.admit_some();
        drop(state);
        wake(wakers);
        (begun, share + 1)
    }

    /// Says how jobs of a worker ended; gives who waits for the last one, unless they were told that it is handed back.
    pub(super) fn settle(
        &self,
        done: u64,
        last: Fate,
        tray: &Tray<J, T, E>,
    ) -> Option<Reply<T, E>> {
        let mut state = self.state();
        state.ledger.end(Fate::Done, done);
        state.ledger.end(last, 1);
        tray.reply().take()
    }

    /// The worker will be a while, or is gone: others are to have what is in its tray, and there is room for those who wait.
    pub(super) fn yield_to_others(&self, done: u64, tray: &Tray<J, T, E>) {
        let mut state = self.state();
        state.ledger.end(Fate::Done, done);
        let mut wakers = state.recall(tray);
        wakers.extend(state.admit());
        drop(state);
        wake(wakers);
    }

    /// Waits for a job; `None` when there will be none any more.
    pub(super) fn pop(&self, seat: usize) -> Pop<'_, J, T, E> {
        Pop::new(self, seat)
    }

    /// A worker was stopped in the middle of a job, which it may still have; gives who waits for it.
    pub(super) fn cut_off(
        &self,
        fate: Fate,
        job: Option<J>,
        tray: &Tray<J, T, E>,
    ) -> Option<Reply<T, E>> {
        let mut state = self.state();
        let late = state.ledger.is_closed();
        state.ledger.end(fate, 1);
        let reply = tray.reply().take();
        match job {
            Some(job) if !late && fate == Fate::HandedBack => state.back.push(job),
            job => {
                drop(state);
                drop(job);
            }
        }
        reply
    }

    /// Takes no more jobs. The workers end when the queue is empty.
    pub(super) fn stop(&self) {
        self.leave(Phase::Stopping);
    }

    /// Takes no more jobs, and begins none.
    pub(super) fn halt(&self) {
        self.leave(Phase::Halted);
    }

    fn leave(&self, phase: Phase) {
        let mut state = self.state();
        if state.phase >= phase {
            return;
        }
        state.phase = phase;
        let mut wakers: Vec<Waker> = state.waiting.drain(..).map(|one| one.waker).collect();
        // They will find that they were let in, and that the door is closed.
        state.reserved += wakers.len() as u64;
        if phase == Phase::Halted {
            for tray in self.trays() {
                wakers.extend(state.recall(tray));
            }
        }
        state.idle.clear();
        wakers.extend(state.parked.iter_mut().filter_map(Option::take));
        drop(state);
        wake(wakers);
    }

    /// Closes the books. `None` if they were closed before.
    pub(super) fn close(&self) -> Option<Left<J>> {
        self.halt();
        let mut state = self.state();
        if state.ledger.is_closed() {
            return None;
        }
        state.ledger.close();
        let mut jobs = std::mem::take(&mut state.back);
        let mut replies = Vec::new();
        let trays = self.trays().iter();
        let trays = trays.flat_map(|tray| std::mem::take(&mut *tray.items()));
        for item in trays.chain(state.lanes.iter_mut().flat_map(std::mem::take)) {
            jobs.push(item.job);
            replies.extend(item.reply);
        }
        replies.extend(self.trays().iter().filter_map(|tray| tray.reply().take()));
        let stats = state.ledger.stats();
        drop(state);
        for reply in replies {
            // Who does not wait any more need not know.
            let _ = reply.send(Err(JobError::HandedBack));
        }
        Some(Left { jobs, stats })
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State<J, T, E>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<J, T, E> State<J, T, E> {
    /// Why no job comes in any more.
    pub(super) fn refusal(&self) -> Refusal {
        if self.ledger.is_closed() {
            Refusal::Down
        } else {
            Refusal::Stopping
        }
    }

    pub(super) fn has_room(&self) -> bool {
        self.waiting.is_empty() && self.ledger.queued() + self.reserved < self.capacity
    }

    /// Takes a job; gives whom to wake.
    pub(super) fn push(&mut self, item: Item<J, T, E>) -> Option<Waker> {
        self.ledger.accept();
        self.lanes[item.priority.lane()].push_back(item);
        let seat = self.idle.pop()?;
        self.parked[seat].take()
    }

    /// Puts what is in a tray back to where it came from; gives whom to wake for it.
    fn recall(&mut self, tray: &Tray<J, T, E>) -> Vec<Waker> {
        let mut items = std::mem::take(&mut *tray.items());
        let mut wakers = Vec::new();
        while let Some(item) = items.pop_back() {
            self.ledger.put_back(1);
            self.lanes[item.priority.lane()].push_front(item);
            let seat = self.idle.pop();
            wakers.extend(seat.and_then(|seat| self.parked[seat].take()));
        }
        wakers
    }

    fn pop(&mut self) -> Option<Item<J, T, E>> {
        if self.phase == Phase::Halted {
            return None;
        }
        let item = self.lanes.iter_mut().find_map(VecDeque::pop_front)?;
        self.ledger.begin(1);
        Some(item)
    }

    /// The next job, which a worker begins.
    pub(super) fn begin(&mut self, tray: &Tray<J, T, E>) -> Option<Begun<J>> {
        self.pop().map(|item| tray.begin(item))
    }

    /// Lets in who waits once three quarters of the queue are free: woken for every single place, who submits in a loop would
    /// be put to sleep again after every single job. Only where jobs end at once is there anybody who waits for that.
    pub(super) fn admit_some(&mut self) -> Vec<Waker> {
        if self.waiting.is_empty() || self.ledger.queued() > self.capacity / 4 {
            return Vec::new();
        }
        self.admit()
    }

    pub(super) fn admit(&mut self) -> Vec<Waker> {
        let mut wakers = Vec::new();
        while self.ledger.queued() + self.reserved < self.capacity
            && let Some(one) = self.waiting.pop_front()
        {
            self.reserved += 1;
            wakers.push(one.waker);
        }
        wakers
    }

    pub(super) fn place_of(&self, number: u64) -> Result<usize, usize> {
        self.waiting.binary_search_by_key(&number, |one| one.number)
    }
}

pub(super) fn wake(wakers: impl IntoIterator<Item = Waker>) {
    wakers.into_iter().for_each(Waker::wake);
}

#[cfg(test)]
mod tests {
    use super::{Fate, Item, JobQueue, Priority};

    fn queue(jobs: u32, workers: usize) -> JobQueue<u32, (), ()> {
        let queue = JobQueue::new(None);
        assert!(queue.take_seats(workers) && !queue.take_seats(workers));
        for job in 0..jobs {
            let priority = Priority::Medium;
            let item = Item {
                job,
                priority,
                reply: None,
            };
            assert!(queue.try_push(item).is_ok());
        }
        queue
    }

    #[test]
    fn a_worker_takes_no_more_than_its_share() {
        let queue = queue(40, 2);
        let tray = &queue.trays()[0];
        let (item, share) = queue.turn(0, 64, tray);
        assert_eq!((item.map(|item| item.job), share), (Some(0), 10));
        assert_eq!(tray.items().len(), 9);
        assert_eq!((queue.stats().running, queue.stats().queued), (10, 30));
    }

    #[test]
    fn a_worker_that_never_comes_back_keeps_no_more_than_the_job_it_has() {
        let queue = queue(40, 2);
        let _stuck = queue.turn(0, 64, &queue.trays()[0]);
        let left = queue.close().expect("it is closed once");
        assert_eq!(left.jobs, (1..40).collect::<Vec<_>>());
        assert_eq!(left.stats.handed_back, 40);
        // It comes back after all.
        assert!(queue.settle(0, Fate::Done, &queue.trays()[0]).is_none());
        queue.yield_to_others(3, &queue.trays()[0]);
        assert_eq!(queue.stats(), left.stats);
        assert!(queue.close().is_none());
    }

    #[test]
    fn what_a_worker_puts_back_is_where_it_was() {
        let queue = queue(40, 2);
        let tray = &queue.trays()[0];
        let _in_hand = queue.turn(0, 64, tray);
        queue.yield_to_others(0, tray);
        let next = queue.turn(0, 1, &queue.trays()[1]).0;
        assert_eq!(next.map(|item| item.job), Some(1));
        assert_eq!((queue.stats().running, queue.stats().queued), (2, 38));
    }

    #[test]
    fn once_it_is_halted_nothing_is_begun() {
        let queue = queue(40, 2);
        let tray = &queue.trays()[0];
        let _in_hand = queue.turn(0, 64, tray);
        queue.halt();
        assert!(tray.take().is_none());
        assert!(queue.turn(1, 64, tray).0.is_none());
        assert_eq!((queue.stats().done, queue.stats().queued), (1, 39));
    }
}
