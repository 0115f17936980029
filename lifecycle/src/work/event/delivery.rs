//! What comes of one event, for who waits for it.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::Notify;

use super::inbox::Fate;

/// What came of an event, over all its handlers.
///
/// # Examples
///
/// ```
/// use lifecycle::event::Delivery;
///
/// fn warn(delivery: &Delivery) {
///     if !delivery.is_handled() {
///         eprintln!("not everybody has handled it: {delivery:?}");
///     }
/// }
/// # warn(&Delivery::default());
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Delivery {
    /// Handlers that handled it.
    pub handled: usize,
    /// Those that returned an error.
    pub failed: usize,
    /// Those that panicked.
    pub panicked: usize,
    /// Those that were aborted in the middle of it.
    pub cut_off: usize,
    /// Those that never had it, because their component was stopping or down for good, or came to that.
    pub missed: usize,
    /// Those that were not waited for, because they themselves wait for who emitted it; they got it as by
    /// [`emit`](crate::Context::emit).
    pub not_awaited: usize,
}

impl Delivery {
    /// Whether each handler has handled it, without an error.
    #[must_use]
    pub const fn is_handled(&self) -> bool {
        self.failed + self.panicked + self.cut_off + self.missed + self.not_awaited == 0
    }
}

/// Counts for one event how it ended with its handlers.
#[derive(Debug, Default)]
pub(super) struct Tally {
    state: Mutex<(Delivery, usize)>,
    done: Notify,
}

impl Tally {
    /// One more handler to wait for.
    pub(super) fn receipt(self: &Arc<Self>) -> Receipt {
        self.change(|_, open| *open += 1);
        Receipt {
            tally: Some(Arc::clone(self)),
        }
    }

    pub(super) fn not_awaited(&self) {
        self.change(|delivery, _| delivery.not_awaited += 1);
    }

    /// Waits until all receipts are settled. Only one may wait.
    pub(super) async fn complete(&self) -> Delivery {
        loop {
            let (delivery, open) = self.change(|delivery, open| (*delivery, *open));
            if open == 0 {
                return delivery;
            }
            self.done.notified().await;
        }
    }

    fn change<T>(&self, change: impl FnOnce(&mut Delivery, &mut usize) -> T) -> T {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let (delivery, open) = &mut *state;
        change(delivery, open)
    }
}

/// Settled once, at the latest when it is dropped: who waits never waits for nothing.
#[derive(Debug)]
pub(super) struct Receipt {
    tally: Option<Arc<Tally>>,
}

impl Receipt {
    pub(super) fn settle(mut self, fate: Fate) {
        self.settle_once(fate);
    }

    pub(super) fn is_of(&self, tally: &Arc<Tally>) -> bool {
        self.tally
            .as_ref()
            .is_some_and(|own| Arc::ptr_eq(own, tally))
    }

    fn settle_once(&mut self, fate: Fate) {
        let Some(tally) = self.tally.take() else {
            return;
        };
        let is_last = tally.change(|delivery, open| {
            *match fate {
                Fate::Handled => &mut delivery.handled,
                Fate::Failed => &mut delivery.failed,
                Fate::Panicked => &mut delivery.panicked,
                Fate::CutOff => &mut delivery.cut_off,
                Fate::Dropped | Fate::Missed => &mut delivery.missed,
            } += 1;
            *open -= 1;
            *open == 0
        });
        if is_last {
            tally.done.notify_one();
        }
    }
}

impl Drop for Receipt {
    fn drop(&mut self) {
        self.settle_once(Fate::Missed);
    }
}
