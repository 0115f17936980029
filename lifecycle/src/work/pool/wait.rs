//! Waiting at a queue: for room in it, and for a job.

use std::pin::Pin;
use std::sync::MutexGuard;
use std::task::{Context as Poller, Poll, Waker, ready};

use super::error::Refusal;
use super::queue::{Begun, Item, JobQueue, Phase, State, Waiting, wake};

/// One in so many submits leaves its thread to others first.
const REST: u64 = 1024;

/// Waits until there is room. Dropped before that, it has taken none.
pub(super) struct Room<'a, J, T, E> {
    queue: &'a JobQueue<J, T, E>,
    /// The place in the waiting list, or the reserved one that it became.
    number: Option<u64>,
    /// It has left its thread to others.
    rested: bool,
}

impl<'a, J, T, E> Room<'a, J, T, E> {
    pub(super) fn new(queue: &'a JobQueue<J, T, E>) -> Self {
        Self {
            queue,
            number: None,
            rested: false,
        }
    }

    /// The queue, locked, when there is room in it or it is closed. What is reserved for this is free again.
    fn poll_room(&mut self, cx: &mut Poller<'_>) -> Poll<MutexGuard<'a, State<J, T, E>>> {
        // A clone may run code of others.
        let mut waker = None;
        loop {
            let mut state = self.queue.state();
            match self.number.map(|number| state.place_of(number)) {
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
                    self.number = None;
                    return Poll::Ready(state);
                }
                None if state.phase != Phase::Open => return Poll::Ready(state),
                None if state.has_room() => {
                    // Who submits without an end, and finds room each time, must leave its thread to others now and then.
                    if self.rested || state.ledger.stats().accepted % REST != REST - 1 {
                        return Poll::Ready(state);
                    }
                    self.rested = true;
                    drop(state);
                    cx.waker().wake_by_ref();
                    return Poll::Pending;
                }
                None => {
                    if let Some(waker) = waker {
                        let number = state.next;
                        state.next += 1;
                        state.waiting.push_back(Waiting { number, waker });
                        self.number = Some(number);
                        return Poll::Pending;
                    }
                }
            }
            drop(state);
            waker = Some(cx.waker().clone());
        }
    }
}

/// Reserves a place.
impl<J, T, E> Future for Room<'_, J, T, E> {
    type Output = Result<(), Refusal>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Poller<'_>) -> Poll<Self::Output> {
        let mut state = ready!(self.poll_room(cx));
        if state.phase != Phase::Open {
            return Poll::Ready(Err(state.refusal()));
        }
        state.reserved += 1;
        Poll::Ready(Ok(()))
    }
}

impl<J, T, E> Drop for Room<'_, J, T, E> {
    fn drop(&mut self) {
        let Some(number) = self.number else { return };
        let mut state = self.queue.state();
        let place = state.place_of(number);
        let gone = place.ok().and_then(|place| state.waiting.remove(place));
        drop(state);
        if gone.is_none() {
            // The place that was reserved is somebody else's now.
            self.queue.give_up_place();
        }
    }
}

/// Brings a job in as soon as there is room. Dropped before that, it has brought in nothing.
pub(super) struct Push<'a, J, T, E> {
    room: Room<'a, J, T, E>,
    item: Option<Item<J, T, E>>,
}

impl<'a, J, T, E> Push<'a, J, T, E> {
    pub(super) fn new(queue: &'a JobQueue<J, T, E>, item: Item<J, T, E>) -> Self {
        Self {
            room: Room::new(queue),
            item: Some(item),
        }
    }
}

// It holds a job and pins nothing.
impl<J, T, E> Unpin for Push<'_, J, T, E> {}

impl<J, T, E> Future for Push<'_, J, T, E> {
    type Output = Result<(), (Item<J, T, E>, Refusal)>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Poller<'_>) -> Poll<Self::Output> {
        let state = ready!(self.room.poll_room(cx));
        let item = self.item.take().expect("polled after it ended");
        Poll::Ready(bring_in(state, item))
    }
}

/// Takes the job, for which there is room, unless the queue is closed.
fn bring_in<J, T, E>(
    mut state: MutexGuard<'_, State<J, T, E>>,
    item: Item<J, T, E>,
) -> Result<(), (Item<J, T, E>, Refusal)> {
    if state.phase != Phase::Open {
        state.ledger.refuse();
        return Err((item, state.refusal()));
    }
    let waker = state.push(item);
    drop(state);
    wake(waker);
    Ok(())
}

impl<J, T, E> JobQueue<J, T, E> {
    /// Takes a job in a place that was reserved.
    pub(super) fn push_reserved(
        &self,
        item: Item<J, T, E>,
    ) -> Result<(), (Item<J, T, E>, Refusal)> {
        let mut state = self.state();
        state.reserved -= 1;
        bring_in(state, item)
    }

    /// Whoever has a place reserved does not come.
    pub(super) fn give_up_place(&self) {
        let mut state = self.state();
        state.reserved -= 1;
        let wakers = state.admit();
        drop(state);
        wake(wakers);
    }
}

/// Waits for a job.
pub(super) struct Pop<'a, J, T, E> {
    queue: &'a JobQueue<J, T, E>,
    seat: usize,
    parked: bool,
}

impl<'a, J, T, E> Pop<'a, J, T, E> {
    pub(super) fn new(queue: &'a JobQueue<J, T, E>, seat: usize) -> Self {
        Self {
            queue,
            seat,
            parked: false,
        }
    }
}

impl<J, T, E> Future for Pop<'_, J, T, E> {
    type Output = Option<Begun<J>>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Poller<'_>) -> Poll<Self::Output> {
        let seat = self.seat;
        let waker = cx.waker().clone();
        let mut state = self.queue.state();
        if let Some(item) = state.begin(&self.queue.trays()[seat]) {
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
