//! Events as a stream, for who is no component or wants them in a loop of its own.

use std::any::TypeId;
use std::collections::VecDeque;
use std::fmt;
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context as Poller, Poll, Waker};

use futures_core::Stream;

use super::declare::AnyEvent;
use crate::driver::Shared;

/// How many events may wait for one who subscribed.
pub(super) const CAPACITY: usize = 1024;

/// What waits for one who subscribed.
pub(super) struct Letters {
    pub(super) event: TypeId,
    state: Mutex<State>,
}

struct State {
    waiting: VecDeque<AnyEvent>,
    capacity: usize,
    missed: u64,
    ended: bool,
    waker: Option<Waker>,
}

impl Letters {
    fn new(event: TypeId, capacity: usize) -> Self {
        Self {
            event,
            state: Mutex::new(State {
                waiting: VecDeque::new(),
                capacity,
                missed: 0,
                ended: false,
                waker: None,
            }),
        }
    }

    pub(super) fn give(&self, event: &AnyEvent) {
        let mut state = self.state();
        if state.ended {
            return;
        }
        if state.waiting.len() >= state.capacity {
            state.missed += 1;
            return;
        }
        state.waiting.push_back(Arc::clone(event));
        wake(state);
    }

    pub(super) fn end(&self) {
        let mut state = self.state();
        state.ended = true;
        wake(state);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn wake(mut state: MutexGuard<'_, State>) {
    let waker = state.waker.take();
    drop(state);
    if let Some(waker) = waker {
        waker.wake();
    }
}

/// The events of one type from now on, as a stream that ends when the app has.
///
/// Events come in the order in which they were emitted. Up to 1024 may wait to be taken; those that come when there is no
/// room are missed, and [counted](Self::missed). Nobody who emits waits for a subscription. Dropping it ends it.
///
/// # Examples
///
/// ```
/// use lifecycle::prelude::*;
///
/// struct OrderPlaced { id: u64 }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let report = App::builder(lifecycle::plan::Plan::builder().build().unwrap())
///     .main(|cx| async move {
///         let mut orders = cx.app().subscribe::<OrderPlaced>();
///         cx.emit(OrderPlaced { id: 7 });
///         assert_eq!(orders.recv().await.unwrap().id, 7);
///     })
///     .run()
///     .await;
/// # assert!(report.is_success());
/// # }
/// ```
#[must_use = "what is not received is missed in the end"]
pub struct Subscription<E> {
    letters: Arc<Letters>,
    shared: Arc<Shared>,
    event: PhantomData<fn() -> E>,
}

impl<E: Send + Sync + 'static> Subscription<E> {
    pub(super) fn new(shared: &Arc<Shared>, capacity: usize) -> Self {
        let letters = Arc::new(Letters::new(TypeId::of::<E>(), capacity));
        shared.events.subscribe(&letters);
        Self {
            letters,
            shared: Arc::clone(shared),
            event: PhantomData,
        }
    }

    /// The next event; `None` when the app has ended and all events were taken.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: an event is taken only when it is returned.
    pub async fn recv(&mut self) -> Option<Arc<E>> {
        std::future::poll_fn(|cx| self.poll_recv(cx)).await
    }

    /// The next event, if one is there.
    pub fn try_recv(&mut self) -> Option<Arc<E>> {
        let event = self.letters.state().waiting.pop_front()?;
        Some(typed(event))
    }

    /// How many events were missed for want of room.
    #[must_use]
    pub fn missed(&self) -> u64 {
        self.letters.state().missed
    }

    fn poll_recv(&mut self, cx: &mut Poller<'_>) -> Poll<Option<Arc<E>>> {
        let mut state = self.letters.state();
        match state.waiting.pop_front() {
            Some(event) => Poll::Ready(Some(typed(event))),
            None if state.ended => Poll::Ready(None),
            None => {
                state.waker = Some(cx.waker().clone());
                Poll::Pending
            }
        }
    }
}

fn typed<E: Send + Sync + 'static>(event: AnyEvent) -> Arc<E> {
    event
        .downcast()
        .expect("subscriptions are found by the type")
}

impl<E: Send + Sync + 'static> Stream for Subscription<E> {
    type Item = Arc<E>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Poller<'_>) -> Poll<Option<Self::Item>> {
        self.poll_recv(cx)
    }
}

impl<E> Drop for Subscription<E> {
    fn drop(&mut self) {
        self.shared.events.unsubscribe(&self.letters);
    }
}

impl<E> fmt::Debug for Subscription<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.letters.state();
        f.debug_struct("Subscription")
            .field("waiting", &state.waiting.len())
            .field("missed", &state.missed)
            .finish_non_exhaustive()
    }
}
