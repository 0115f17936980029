//! How events get to those who handle them.

use std::any::{Any, TypeId, type_name};
use std::fmt;
use std::sync::Arc;

use super::HANDLING;
use super::declare::AnyEvent;
use super::delivery::{Delivery, Tally};
use super::handler::Handler;
use super::subscription::{CAPACITY, Subscription};
use crate::context::{AppHandle, Context};
use crate::driver::Shared;

/// An event, as an [`Observer`](crate::observe::Observer) sees it.
#[derive(Clone, Copy)]
pub struct Emitted<'a> {
    event: &'a (dyn Any + Send + Sync),
    name: &'static str,
    by: Option<&'a str>,
}

impl<'a> Emitted<'a> {
    /// The type of the event, with its path.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// The component that emitted it; `None` if that was somebody with a handle of the app.
    #[must_use]
    pub fn by(&self) -> Option<&'a str> {
        self.by
    }

    /// The event, if it is an `E`.
    #[must_use]
    pub fn event<E: 'static>(&self) -> Option<&'a E> {
        self.event.downcast_ref()
    }
}

impl fmt::Debug for Emitted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Emitted")
            .field("name", &self.name)
            .field("by", &self.by)
            .finish_non_exhaustive()
    }
}

/// An event on its way.
struct Sent<'a> {
    shared: &'a Arc<Shared>,
    by: Option<&'a str>,
    event: AnyEvent,
    id: TypeId,
    name: &'static str,
}

impl<'a> Sent<'a> {
    fn new<E: Send + Sync + 'static>(
        shared: &'a Arc<Shared>,
        by: Option<&'a str>,
        event: E,
    ) -> Self {
        Self {
            shared,
            by,
            event: Arc::new(event),
            id: TypeId::of::<E>(),
            name: type_name::<E>(),
        }
    }

    fn emit(&self) {
        self.to_all(|handler| handler.give(&self.event, None, || self.shared.now()));
    }

    fn to_all(&self, mut give: impl FnMut(&Arc<Handler>)) {
        let bus = &self.shared.events;
        let emitted = Emitted {
            event: &*self.event,
            name: self.name,
            by: self.by,
        };
        let Some(topic) = bus.show(self.id, &emitted) else {
            return;
        };
        topic.handlers.iter().for_each(&mut give);
        for letters in &topic.letters {
            letters.give(&self.event);
        }
    }

    async fn emit_and_wait(self) -> Delivery {
        // It may be over at once: who does this in a loop leaves the others the thread.
        tokio::task::coop::consume_budget().await;
        // Whoever is inside a handler makes that handler wait.
        let who = HANDLING.try_with(|handler| *handler).ok();
        let mut waiting = Waiting {
            shared: self.shared,
            who,
            for_whom: Vec::new(),
            tally: Arc::default(),
        };
        self.to_all(|handler| {
            let bus = &self.shared.events;
            let ends = who.is_none_or(|who| bus.waits().begin(who, handler.id()));
            let receipt = if ends {
                waiting.for_whom.push(Arc::clone(handler));
                Some(waiting.tally.receipt())
            } else {
                waiting.tally.not_awaited();
                None
            };
            handler.give(&self.event, receipt, || self.shared.now());
        });
        drop(self.event);
        waiting.tally.complete().await
    }
}

/// One who waits for handlers. Dropped, it waits no more.
struct Waiting<'a> {
    shared: &'a Shared,
    who: Option<usize>,
    for_whom: Vec<Arc<Handler>>,
    tally: Arc<Tally>,
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        for handler in &self.for_whom {
            if let Some(who) = self.who {
                self.shared.events.waits().end(who, handler.id());
            }
            handler.forsake(&self.tally);
        }
    }
}

impl AppHandle {
    /// Tells all who handle events of this type, and returns at once. It never waits and never fails.
    ///
    /// Each handler gets the event once. One whose component is not up yet gets it then. A handler that is too slow has as
    /// many events waiting as its `capacity` says, and drops those that come after that; so does one whose component is
    /// stopping or down for good. What was dropped is counted, see [`Stats`](crate::event::Stats). An event that nobody
    /// handles is dropped, and that is no mistake; the first time for each type, the log says so at level DEBUG. To emit an
    /// `Arc<E>` may be one: that is another type than `E`, which is what `#[on]` methods that take an `Arc<E>` handle.
    ///
    /// What one task emits gets to each handler in that order.
    ///
    /// # Examples
    ///
    /// See [`event`](crate::event).
    pub fn emit<E: Send + Sync + 'static>(&self, event: E) {
        Sent::new(&self.shared, None, event).emit();
    }

    /// Tells all who handle events of this type, as [`emit`](Self::emit) does, and waits until all handlers are done with
    /// it. It says how that went.
    ///
    /// For this event each handler that is waited for finds room, however many wait. Handlers of components that are not up yet are waited
    /// for, so a start hook that waits for a handler of a component that comes up after it gets nowhere, until it has used
    /// up its time. A handler that ends in any other way counts as well, and so does one whose component does not come up
    /// any more: this returns in the end.
    ///
    /// Inside a handler, it waits for all but those that wait for this handler, be it directly or through others, itself
    /// above all: they get the event as one that nobody waits for, if there is room, and are counted as
    /// [`not_awaited`](Delivery::not_awaited). A task that a handler spawns is
    /// not inside it: if the handler waits for that task, this may wait until the component stops.
    ///
    /// # Cancel safety
    ///
    /// The event is emitted at the first poll. Dropped after that, it is handled all the same, except by handlers that had
    /// no room for it and have not begun with it.
    pub async fn emit_and_wait<E: Send + Sync + 'static>(&self, event: E) -> Delivery {
        Sent::new(&self.shared, None, event).emit_and_wait().await
    }

    /// The events of one type from now on, as a stream.
    pub fn subscribe<E: Send + Sync + 'static>(&self) -> Subscription<E> {
        Subscription::new(&self.shared, CAPACITY)
    }

    /// The same with room for that many events.
    ///
    /// # Panics
    ///
    /// If it is zero.
    #[track_caller]
    pub fn subscribe_with<E: Send + Sync + 'static>(&self, capacity: usize) -> Subscription<E> {
        assert!(
            capacity > 0,
            "a subscription needs room for at least one event"
        );
        Subscription::new(&self.shared, capacity)
    }
}

impl<C> Context<C> {
    /// Tells all who handle events of this type, as [`AppHandle::emit`] does.
    pub fn emit<E: Send + Sync + 'static>(&self, event: E) {
        Sent::new(&self.place().0, Some(self.name()), event).emit();
    }

    /// Tells all who handle events of this type and waits until they are done with it, as [`AppHandle::emit_and_wait`]
    /// does.
    ///
    /// # Cancel safety
    ///
    /// As for [`AppHandle::emit_and_wait`].
    pub async fn emit_and_wait<E: Send + Sync + 'static>(&self, event: E) -> Delivery {
        let (shared, _) = self.place();
        let sent = Sent::new(&shared, Some(self.name()), event);
        sent.emit_and_wait().await
    }

    /// The events of one type from now on, as a stream; see [`AppHandle::subscribe`].
    pub fn subscribe<E: Send + Sync + 'static>(&self) -> Subscription<E> {
        Subscription::new(&self.place().0, CAPACITY)
    }
}
