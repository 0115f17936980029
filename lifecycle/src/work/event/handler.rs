//! One handler of one app: its inbox, behind a lock, and those who work on it.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Poll, Waker};

use super::HANDLING;
use super::declare::{AnyEvent, Declared};
use super::delivery::{Receipt, Tally};
use super::inbox::{Fate, Inbox, Next, Presence};
use super::report::HandlerReport;
use crate::component::Instance;
use crate::context::Context;
use crate::driver::{Caught, Shared, catch, catch_panic};
use crate::engine::{Key, Moment};
use crate::work::quiet::Quiet;

/// How many errors are kept.
const ERRORS: usize = 8;

pub(super) struct Item {
    pub(super) event: AnyEvent,
    pub(super) receipt: Option<Receipt>,
}

pub(crate) struct Handler {
    pub(super) key: Key,
    component: String,
    pub(super) declared: Declared,
    state: Mutex<State>,
}

struct State {
    inbox: Inbox<Item>,
    /// Workers that have nothing to do, by their seats.
    idle: Vec<(usize, Waker)>,
    errors: VecDeque<String>,
    failures: Quiet,
    drops: Quiet,
}

impl Handler {
    pub(super) fn new(key: Key, component: &str, declared: Declared) -> Arc<Self> {
        Arc::new(Self {
            key,
            component: component.to_owned(),
            state: Mutex::new(State {
                inbox: Inbox::new(declared.how.capacity),
                idle: Vec::new(),
                errors: VecDeque::new(),
                failures: Quiet::default(),
                drops: Quiet::default(),
            }),
            declared,
        })
    }

    /// What tells it apart from all other handlers.
    pub(super) fn id(self: &Arc<Self>) -> usize {
        Arc::as_ptr(self).addr()
    }

    /// Gives it an event. It never waits.
    pub(super) fn give(
        &self,
        event: &AnyEvent,
        receipt: Option<Receipt>,
        now: impl Fn() -> Moment,
    ) {
        let item = Item {
            event: Arc::clone(event),
            receipt,
        };
        let mut state = self.state();
        let somebody_waits = item.receipt.is_some();
        let Err((item, fate)) = state.inbox.offer(item, somebody_waits) else {
            let worker = state.idle.pop();
            drop(state);
            if let Some((_, waker)) = worker {
                waker.wake();
            }
            return;
        };
        let told = (fate == Fate::Dropped)
            .then(|| state.drops.tell(now()))
            .flatten();
        let dropped = state.inbox.stats().dropped;
        drop(state);
        if let Some(receipt) = item.receipt {
            receipt.settle(fate);
        }
        if told.is_some() {
            let (
                component,
                Declared {
                    name,
                    event_name,
                    how,
                    ..
                },
            ) = (&self.component, &self.declared);
            let capacity = how.capacity;
            tracing::warn!(
                target: "lifecycle",
                component,
                handler = &**name,
                dropped,
                "{component}: `{name}` has no room for another {event_name}: {capacity} wait, {dropped} dropped so far",
            );
        }
    }

    /// Nobody waits any more for what the tally counts.
    pub(super) fn forsake(&self, tally: &Arc<Tally>) {
        let of_tally = |item: &Item| {
            let receipt = item.receipt.as_ref();
            receipt.is_some_and(|receipt| receipt.is_of(tally))
        };
        let forsaken = self.state().inbox.forsake(of_tally);
        drop(forsaken);
    }

    /// The component is somewhere else now.
    pub(super) fn settle(&self, presence: Presence, lost: bool, shared: &Shared) {
        let mut state = self.state();
        let missed = state.inbox.settle(presence, lost);
        let workers = std::mem::take(&mut state.idle);
        drop(state);
        for (_, waker) in workers {
            waker.wake();
        }
        let mut events = Vec::new();
        for Item { event, receipt } in missed {
            if let Some(receipt) = receipt {
                receipt.settle(Fate::Missed);
            }
            events.push(event);
        }
        if self.declared.needs_drop && !events.is_empty() {
            shared.discard_each(events);
        }
    }

    pub(super) fn report(&self) -> HandlerReport {
        let state = self.state();
        HandlerReport {
            name: self.declared.name.clone().into_owned(),
            event: self.declared.event_name.to_owned(),
            stats: state.inbox.stats(),
            errors: state.errors.iter().cloned().collect(),
        }
    }

    /// Begins the work on what waits, as tasks of the component.
    pub(super) fn begin(self: &Arc<Self>, instance: &Instance, cx: &Context) {
        for seat in 0..self.declared.how.concurrency {
            let (handler, instance, own) = (Arc::clone(self), instance.clone(), cx.clone());
            let work = HANDLING.scope(self.id(), async move {
                while let Some((item, number)) = handler.next(seat).await {
                    handler.handle(item, number, &instance, &own).await;
                    // Where one event follows the other, others want the thread too.
                    tokio::task::coop::consume_budget().await;
                }
            });
            cx.spawn_from(self.declared.place, self.declared.name.clone(), work);
        }
    }

    /// The next event; `None` when the work is over.
    async fn next(&self, seat: usize) -> Option<(Item, u32)> {
        std::future::poll_fn(|cx| {
            let mut state = self.state();
            match state.inbox.next() {
                Next::Event(item, number) => Poll::Ready(Some((item, number))),
                Next::End => Poll::Ready(None),
                Next::Wait => {
                    state.idle.retain(|(idle, _)| *idle != seat);
                    state.idle.push((seat, cx.waker().clone()));
                    Poll::Pending
                }
            }
        })
        .await
    }

    async fn handle(&self, item: Item, number: u32, instance: &Instance, cx: &Context) {
        let hand = Hand {
            handler: self,
            number,
            receipt: item.receipt,
            fate: Fate::CutOff,
        };
        let event = item.event;
        let called = catch_panic(|| (self.declared.call)(instance, cx, event));
        let result = match called {
            Ok(work) => catch(work).await,
            Err(panic) => Err(Caught::Panic(Box::new(panic))),
        };
        hand.end(result, || cx.place().0.now());
    }

    fn failed(&self, caught: Caught, now: Moment) {
        let text = caught.text("it");
        let told = {
            let mut state = self.state();
            if state.errors.len() == ERRORS {
                state.errors.pop_front();
            }
            state.errors.push_back(text.clone());
            state.failures.tell(now)
        };
        let Some(untold) = told else {
            return;
        };
        let (
            component,
            Declared {
                name, event_name, ..
            },
        ) = (&self.component, &self.declared);
        tracing::warn!(
            target: "lifecycle",
            component,
            handler = &**name,
            "{component}: `{name}` failed on {event_name}: {text}{untold}",
        );
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// An event in hand. However the work on it ends, that is noted down.
struct Hand<'a> {
    handler: &'a Handler,
    number: u32,
    receipt: Option<Receipt>,
    fate: Fate,
}

impl Hand<'_> {
    fn end(mut self, result: Result<(), Caught>, now: impl FnOnce() -> Moment) {
        self.fate = match &result {
            Ok(()) => Fate::Handled,
            Err(Caught::Panic(_)) => Fate::Panicked,
            Err(_) => Fate::Failed,
        };
        if let Err(caught) = result {
            self.handler.failed(caught, now());
        }
    }
}

impl Drop for Hand<'_> {
    fn drop(&mut self) {
        self.handler.state().inbox.end(self.number, self.fate);
        // Who waits finds it counted.
        if let Some(receipt) = self.receipt.take() {
            receipt.settle(self.fate);
        }
    }
}
