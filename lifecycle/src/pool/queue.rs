//! The queue of a pool, its books and its waiting lists, behind one lock.
//!
//! A channel of somebody else's would need books beside it, which could not be exact. So each job costs two turns at this
//! lock, as it would at a channel's: one to come in, and one for a worker to get it and to say how its last one ended.
//!
//! Invariants:
//! 1. The ledger says what the lanes hold: both change under the same lock.
//! 2. No code of others runs under the lock: jobs are moved, wakers are taken out and woken afterwards.
//! 3. A seat is in `idle` exactly while its waker is in `parked`. Whoever takes the seat out wakes it.
//! 4. `queued + reserved <= capacity`. Who waits for room is either in `waiting`, or has a place reserved.

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Context as Poller, Poll, Waker};

use tokio::sync::oneshot;

use super::account::{Fate, Ledger, Stats};
use super::error::{JobError, Refusal};

/// Where the outcome of a job goes, if somebody waits for it.
pub(super) type Reply<T, E> = oneshot::Sender<Result<T, JobError<E>>>;

/// Which jobs go first.
///
/// A worker takes the oldest of the most urgent jobs. There is no ageing: jobs of a low priority wait for as long as others
/// keep all workers busy.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Priority {
    /// After all others.
    Low,
    /// In between; what is submitted without a priority.
    #[default]
    Normal,
    /// Before all others.
    High,
}

impl Priority {
    const COUNT: usize = 3;

    /// The most urgent ones come first.
    fn lane(self) -> usize {
        match self {
            Self::High => 0,
            Self::Normal => 1,
            Self::Low => 2,
        }
    }
}

/// A job in the queue.
pub(super) struct Item<J, T, E> {
    pub(super) job: J,
    pub(super) reply: Option<Reply<T, E>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Phase {
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

pub(super) struct Queue<J, T, E> {
    state: Mutex<State<J, T, E>>,
}

struct State<J, T, E> {
    ledger: Ledger,
    lanes: [VecDeque<Item<J, T, E>>; Priority::COUNT],
    phase: Phase,
    capacity: u64,
    /// Workers that have nothing to do. The last one to come is the first to go: what it needs is still in the caches.
    idle: Vec<usize>,
    parked: Vec<Option<Waker>>,
    /// Who waits for room, in order.
    waiting: VecDeque<Waiting>,
    /// Who of these comes next.
    next: u64,
    /// Places of those who were told that there is room, and have not come yet.
    reserved: u64,
    /// Jobs that were cut off while running.
    back: Vec<J>,
}

struct Waiting {
    number: u64,
    waker: Waker,
}

impl<J, T, E> Queue<J, T, E> {
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
        let mut state = self.state();
        let free = state.parked.is_empty();
        if free {
            state.parked.resize_with(count, || None);
        }
        free
    }

    /// Takes the job, or says why not.
    pub(super) fn try_push(
        &self,
        priority: Priority,
        item: Item<J, T, E>,
    ) -> Result<(), (Item<J, T, E>, Refusal)> {
        let mut state = self.state();
        let reason = match state.phase {
            Phase::Open if state.has_room() => {
                let waker = state.push(priority, item);
                drop(state);
                wake(waker);
                return Ok(());
            }
            Phase::Open => Refusal::Full,
            Phase::Stopping | Phase::Halted => Refusal::Stopping,
        };
        state.ledger.refuse();
        Err((item, reason))
    }

    /// Takes the job as soon as there is room.
    pub(super) fn push(&self, priority: Priority, item: Item<J, T, E>) -> Push<'_, J, T, E> {
        Push {
            queue: self,
            priority,
            item: Some(item),
            number: None,
        }
    }

    /// Says how the worker's last job ended, and gives it the next one if one is there.
    pub(super) fn turn(&self, fate: Option<Fate>) -> Option<Item<J, T, E>> {
        let mut state = self.state();
        if let Some(fate) = fate {
            state.ledger.end(fate);
        }
        let item = state.pop();
        let wakers = state.admit_some();
        drop(state);
        wake(wakers);
        item
    }

    /// Waits for a job; `None` when there will be none any more.
    pub(super) fn pop(&self, seat: usize) -> Pop<'_, J, T, E> {
        Pop {
            queue: self,
            seat,
            parked: false,
        }
    }

    /// Lets those in who wait for room, all for whom there is some.
    pub(super) fn admit(&self) {
        let mut state = self.state();
        let wakers = state.admit();
        drop(state);
        wake(wakers);
    }

    /// A worker was stopped in the middle of a job, which it may still have.
    pub(super) fn cut_off(&self, fate: Fate, job: Option<J>) {
        let mut state = self.state();
        let late = state.ledger.is_closed();
        state.ledger.end(fate);
        match job {
            Some(job) if !late && fate == Fate::HandedBack => state.back.push(job),
            job => {
                drop(state);
                drop(job);
            }
        }
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
        for item in state.lanes.iter_mut().flat_map(std::mem::take) {
            jobs.push(item.job);
            replies.extend(item.reply);
        }
        let stats = state.ledger.stats();
        drop(state);
        for reply in replies {
            // Who does not wait any more need not know.
            let _ = reply.send(Err(JobError::HandedBack));
        }
        Some(Left { jobs, stats })
    }

    fn state(&self) -> MutexGuard<'_, State<J, T, E>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<J, T, E> State<J, T, E> {
    fn has_room(&self) -> bool {
        self.waiting.is_empty() && self.ledger.queued() + self.reserved < self.capacity
    }

    /// Takes a job; gives whom to wake.
    fn push(&mut self, priority: Priority, item: Item<J, T, E>) -> Option<Waker> {
        self.ledger.accept();
        self.lanes[priority.lane()].push_back(item);
        let seat = self.idle.pop()?;
        self.parked[seat].take()
    }

    fn pop(&mut self) -> Option<Item<J, T, E>> {
        if self.phase == Phase::Halted {
            return None;
        }
        let item = self.lanes.iter_mut().find_map(VecDeque::pop_front)?;
        self.ledger.begin();
        Some(item)
    }

    /// Lets in who waits once a quarter of the queue is free: woken for every single place, who submits in a loop would be
    /// put to sleep again after every single job.
    fn admit_some(&mut self) -> Vec<Waker> {
        if self.waiting.is_empty()
            || self.ledger.queued() > self.capacity - self.capacity.div_ceil(4)
        {
            return Vec::new();
        }
        self.admit()
    }

    fn admit(&mut self) -> Vec<Waker> {
        let mut wakers = Vec::new();
        while self.ledger.queued() + self.reserved < self.capacity
            && let Some(one) = self.waiting.pop_front()
        {
            self.reserved += 1;
            wakers.push(one.waker);
        }
        wakers
    }

    fn place_of(&self, number: u64) -> Result<usize, usize> {
        self.waiting.binary_search_by_key(&number, |one| one.number)
    }
}

fn wake(wakers: impl IntoIterator<Item = Waker>) {
    wakers.into_iter().for_each(Waker::wake);
}

/// Brings a job in as soon as there is room. Dropped before that, it has brought in nothing.
pub(super) struct Push<'a, J, T, E> {
    queue: &'a Queue<J, T, E>,
    priority: Priority,
    item: Option<Item<J, T, E>>,
    /// The place in the waiting list, or the reserved one that it became.
    number: Option<u64>,
}

impl<J, T, E> Unpin for Push<'_, J, T, E> {}

impl<J, T, E> Future for Push<'_, J, T, E> {
    type Output = Result<(), (Item<J, T, E>, Refusal)>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Poller<'_>) -> Poll<Self::Output> {
        let this = &mut *self;
        // A clone may run code of others.
        let mut waker = None;
        let mut state = loop {
            let mut state = this.queue.state();
            match this.number.map(|number| state.place_of(number)) {
                Some(Ok(place)) => {
                    if state.waiting[place].waker.will_wake(cx.waker()) {
                        return Poll::Pending;
                    }
                    if let Some(waker) = waker {
                        let old = std::mem::replace(&mut state.waiting[place].waker, waker);
                        drop(state);
                        drop(old);
                        return Poll::Pending;
                    }
                }
                // It was let in.
                Some(Err(_)) => {
                    state.reserved -= 1;
                    this.number = None;
                    break state;
                }
                None if state.phase != Phase::Open || state.has_room() => break state,
                None => {
                    if let Some(waker) = waker {
                        let number = state.next;
                        state.next += 1;
                        state.waiting.push_back(Waiting { number, waker });
                        this.number = Some(number);
                        return Poll::Pending;
                    }
                }
            }
            drop(state);
            waker = Some(cx.waker().clone());
        };
        let item = this.item.take().expect("polled after it ended");
        if state.phase != Phase::Open {
            state.ledger.refuse();
            return Poll::Ready(Err((item, Refusal::Stopping)));
        }
        let waker = state.push(this.priority, item);
        drop(state);
        wake(waker);
        Poll::Ready(Ok(()))
    }
}

impl<J, T, E> Drop for Push<'_, J, T, E> {
    fn drop(&mut self) {
        let Some(number) = self.number else { return };
        let mut state = self.queue.state();
        let (gone, wakers) = match state.place_of(number) {
            Ok(place) => (state.waiting.remove(place), Vec::new()),
            // The place that was reserved is somebody else's now.
            Err(_) => {
                state.reserved -= 1;
                (None, state.admit())
            }
        };
        drop(state);
        drop(gone);
        wake(wakers);
    }
}

/// Waits for a job.
pub(super) struct Pop<'a, J, T, E> {
    queue: &'a Queue<J, T, E>,
    seat: usize,
    parked: bool,
}

impl<J, T, E> Future for Pop<'_, J, T, E> {
    type Output = Option<Item<J, T, E>>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Poller<'_>) -> Poll<Self::Output> {
        let seat = self.seat;
        let waker = cx.waker().clone();
        let mut state = self.queue.state();
        if let Some(item) = state.pop() {
            let old = state.leave_seat(seat);
            let wakers = state.admit_some();
            drop(state);
            drop(old);
            wake(wakers);
            self.parked = false;
            return Poll::Ready(Some(item));
        }
        if state.phase != Phase::Open {
            self.parked = false;
            return Poll::Ready(None);
        }
        let old = state.parked[seat].replace(waker);
        if old.is_none() {
            state.idle.push(seat);
        }
        drop(state);
        drop(old);
        self.parked = true;
        Poll::Pending
    }
}

impl<J, T, E> State<J, T, E> {
    /// The worker does not wait any more.
    fn leave_seat(&mut self, seat: usize) -> Option<Waker> {
        let waker = self.parked[seat].take()?;
        self.idle.retain(|idle| *idle != seat);
        Some(waker)
    }
}

impl<J, T, E> Drop for Pop<'_, J, T, E> {
    fn drop(&mut self) {
        if !self.parked {
            return;
        }
        let mut state = self.queue.state();
        let own = state.leave_seat(self.seat);
        // It was woken for a job that it will not take: somebody else has to.
        let other = match own {
            None if state.ledger.queued() > 0 => {
                let seat = state.idle.pop();
                seat.and_then(|seat| state.parked[seat].take())
            }
            _ => None,
        };
        drop(state);
        drop(own);
        wake(other);
    }
}
