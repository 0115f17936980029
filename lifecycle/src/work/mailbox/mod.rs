//! A box for values of which only the newest count.
//!
//! Where a queue would grow or make the sender wait, a [`Mailbox`] forgets the oldest: for readings, prices, positions,
//! for whatever a later value makes worthless.

use std::collections::VecDeque;
use std::fmt;
use std::num::NonZero;
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

/// Keeps the newest values, so many of them, and counts those that it dropped. Cheap to clone: all clones are the same box.
///
/// To deliver never waits. Each value is taken by one reader, dropped, or still there:
/// `delivered = taken + dropped + len`. It belongs to nobody and never closes: who waits in [`recv`](Self::recv) ends that
/// wait with [`Shutdown::wrap`](crate::Shutdown::wrap).
///
/// # Examples
///
/// ```
/// use lifecycle::mailbox::Mailbox;
/// use lifecycle::prelude::*;
///
/// struct Thermometer { readings: Mailbox<f64> }
///
/// impl Thermometer {
///     async fn show(&self, shutdown: Shutdown) {
///         while let Some(reading) = shutdown.wrap(self.readings.recv()).await {
///             println!("{reading} degrees");
///         }
///     }
/// }
///
/// let thermometer = Thermometer { readings: Mailbox::new(2) };
/// for reading in [19.5, 20.0, 20.5] {
///     thermometer.readings.deliver(reading);
/// }
/// assert_eq!(thermometer.readings.dropped(), 1);
/// assert_eq!(thermometer.readings.take(), Some(20.0));
/// # let _ = Thermometer::show;
/// ```
pub struct Mailbox<T> {
    inner: Arc<Inner<T>>,
}

struct Inner<T> {
    held: Mutex<Held<T>>,
    capacity: NonZero<usize>,
    arrived: Notify,
}

struct Held<T> {
    /// Oldest first.
    values: VecDeque<T>,
    dropped: u64,
}

impl<T> Mailbox<T> {
    /// A box for this many values.
    ///
    /// # Panics
    ///
    /// If it is zero.
    #[must_use]
    #[track_caller]
    pub fn new(capacity: usize) -> Self {
        let capacity = NonZero::new(capacity).expect("a mailbox needs room for at least one value");
        Self {
            inner: Arc::new(Inner {
                held: Mutex::new(Held {
                    values: VecDeque::new(),
                    dropped: 0,
                }),
                capacity,
                arrived: Notify::new(),
            }),
        }
    }

    /// Puts a value into the box. If there is no room, the oldest one makes room, counts as dropped, and comes back.
    pub fn deliver(&self, value: T) -> Option<T> {
        let oldest = {
            let mut held = self.held();
            held.values.push_back(value);
            if held.values.len() > self.capacity() {
                held.dropped += 1;
                held.values.pop_front()
            } else {
                None
            }
        };
        self.inner.arrived.notify_one();
        oldest
    }

    /// Takes the oldest value that is left.
    #[must_use = "the value is not in the box any more"]
    pub fn take(&self) -> Option<T> {
        self.held().values.pop_front()
    }

    /// Takes the newest value, and empties the box: those before it count as dropped.
    #[must_use = "the value is not in the box any more"]
    pub fn take_latest(&self) -> Option<T> {
        // The older ones are dropped without the lock: that may be the user's code.
        let (latest, _older) = {
            let mut held = self.held();
            let latest = held.values.pop_back()?;
            held.dropped += held.values.len() as u64;
            (latest, std::mem::take(&mut held.values))
        };
        Some(latest)
    }

    /// Takes all values, oldest first.
    #[must_use = "the values are not in the box any more"]
    pub fn take_all(&self) -> Vec<T> {
        std::mem::take(&mut self.held().values).into()
    }

    /// Takes the oldest value that is left, and waits for one if the box is empty.
    ///
    /// Of several who wait, each value wakes one.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: dropped before it is complete, it has taken nothing.
    pub async fn recv(&self) -> T {
        loop {
            let mut arrived = pin!(self.inner.arrived.notified());
            // On the list before it looks, it misses nothing that comes in between.
            arrived.as_mut().enable();
            if let Some(value) = self.take() {
                return value;
            }
            arrived.await;
        }
    }

    /// How many values are in the box.
    #[must_use]
    pub fn len(&self) -> usize {
        self.held().values.len()
    }

    /// Whether the box is empty.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many values there is room for.
    #[must_use]
    pub fn capacity(&self) -> usize {
        self.inner.capacity.get()
    }

    /// How many values nobody took: those that made room for newer ones, and those passed over by
    /// [`take_latest`](Self::take_latest).
    #[must_use]
    pub fn dropped(&self) -> u64 {
        self.held().dropped
    }

    fn held(&self) -> MutexGuard<'_, Held<T>> {
        let held = &self.inner.held;
        held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T> Clone for Mailbox<T> {
    fn clone(&self) -> Self {
        Self {
            inner: Arc::clone(&self.inner),
        }
    }
}

impl<T> fmt::Debug for Mailbox<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mailbox")
            .field("len", &self.len())
            .field("capacity", &self.capacity())
            .field("dropped", &self.dropped())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;

    use proptest::prelude::*;

    use super::Mailbox;

    proptest! {
        #[test]
        fn every_value_is_taken_dropped_or_there(
            capacity in 1_usize..5,
            ops in prop::collection::vec(0_u8..8, 0..100),
        ) {
            let mailbox = Mailbox::new(capacity);
            let (mut naive, mut delivered, mut taken, mut dropped) = (VecDeque::new(), 0, 0, 0);
            for op in ops {
                match op {
                    0 => {
                        let latest = naive.pop_back();
                        dropped += naive.len();
                        naive.clear();
                        taken += usize::from(latest.is_some());
                        prop_assert_eq!(mailbox.take_latest(), latest);
                    }
                    1 => {
                        taken += naive.len();
                        prop_assert_eq!(mailbox.take_all(), Vec::from(std::mem::take(&mut naive)));
                    }
                    2 | 3 => {
                        let oldest = naive.pop_front();
                        taken += usize::from(oldest.is_some());
                        prop_assert_eq!(mailbox.take(), oldest);
                    }
                    _ => {
                        delivered += 1;
                        naive.push_back(delivered);
                        let oldest = if naive.len() > capacity { naive.pop_front() } else { None };
                        dropped += usize::from(oldest.is_some());
                        prop_assert_eq!(mailbox.deliver(delivered), oldest);
                    }
                }
                prop_assert_eq!(mailbox.dropped(), dropped as u64);
                prop_assert_eq!(delivered, taken + dropped + mailbox.len());
            }
        }
    }
}
