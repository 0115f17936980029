//! A limit on how much goes on at once: [`slots`] decides, and this waits and wakes.
//!
//! Who waits has a timer of its own for its longest delay, inside its own future, so that there is no task that looks after
//! them.

mod slots;

use std::fmt;
use std::num::NonZero;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::task::{Context as Poller, Poll, Waker};

use tokio::time::{Instant, Sleep};

use crate::work::Priority;
use slots::{Slots, Ticket};

/// What goes on under a limit at one moment.
///
/// # Examples
///
/// ```
/// use lifecycle::prelude::*;
///
/// fn is_busy(app: &AppHandle) -> bool {
///     let load = app.micro_load();
///     load.waiting > 0 && load.running >= load.limit
/// }
/// # let _ = is_busy;
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Load {
    /// How many may be at work at once.
    pub limit: usize,
    /// How many are, with those that did not wait or had waited for long enough; so this may be more than the limit.
    pub running: usize,
    /// How many wait for one of them to end.
    pub waiting: usize,
}

/// How much may go on at once; a core each, where nothing is said.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    pub(crate) tasks: Option<NonZero<usize>>,
    pub(crate) micro: Option<NonZero<usize>>,
}

impl Limits {
    pub(crate) const DEFAULT: Self = Self {
        tasks: None,
        micro: None,
    };
}

/// The gates of an app, made when they are first asked for.
pub(crate) struct Gates {
    limits: Limits,
    tasks: OnceLock<Arc<Gate>>,
    micro: OnceLock<Arc<Gate>>,
}

impl Gates {
    pub(crate) fn new(limits: Limits) -> Self {
        Self {
            limits,
            tasks: OnceLock::new(),
            micro: OnceLock::new(),
        }
    }

    pub(crate) fn tasks(&self) -> &Arc<Gate> {
        self.tasks.get_or_init(|| made(self.limits.tasks))
    }

    pub(crate) fn micro(&self) -> &Arc<Gate> {
        self.micro.get_or_init(|| made(self.limits.micro))
    }
}

fn made(limit: Option<NonZero<usize>>) -> Arc<Gate> {
    let cores = || std::thread::available_parallelism().map_or(1, NonZero::get);
    Gate::new(limit.map_or_else(cores, NonZero::get))
}

/// A number of slots, for those who work one after the other.
pub(crate) struct Gate {
    /// Who waits, with its waker once it has one. No code of others runs under this lock.
    slots: Mutex<Slots<Option<Waker>>>,
}

impl Gate {
    fn new(limit: usize) -> Arc<Self> {
        Arc::new(Self {
            slots: Mutex::new(Slots::new(limit)),
        })
    }

    /// A gate that is always open.
    pub(crate) fn open() -> Arc<Self> {
        Self::new(usize::MAX)
    }

    /// Asks for a slot, which there will be at `latest`. The place in the queue is that of this call.
    pub(crate) fn ask(self: &Arc<Self>, priority: Priority, latest: Option<Instant>) -> Turn {
        let stand = match self.slots().ask(priority, None) {
            None => Stand::In,
            Some(ticket) => Stand::Waits(ticket),
        };
        Turn {
            gate: Arc::clone(self),
            stand,
            latest,
            timer: None,
        }
    }

    pub(crate) fn load(&self) -> Load {
        let slots = self.slots();
        Load {
            limit: slots.limit(),
            running: slots.running(),
            waiting: slots.waiting(),
        }
    }

    fn end(&self) {
        let next = self.slots().end();
        // Without a waker it was never polled, and finds out when it is.
        if let Some(waker) = next.flatten() {
            waker.wake();
        }
    }

    fn slots(&self) -> MutexGuard<'_, Slots<Option<Waker>>> {
        self.slots.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[derive(Clone, Copy)]
enum Stand {
    In,
    Waits(Ticket),
    /// It has given its permit.
    Over,
}

/// The wait for a slot. Dropped, it gives its place to the next one, or the slot that it was given.
pub(crate) struct Turn {
    gate: Arc<Gate>,
    stand: Stand,
    latest: Option<Instant>,
    /// Made at the first poll, which is inside the runtime.
    timer: Option<Pin<Box<Sleep>>>,
}

impl Turn {
    fn is_late(&mut self, cx: &mut Poller<'_>) -> bool {
        let Some(latest) = self.latest else {
            return false;
        };
        let timer = &mut self.timer;
        latest <= Instant::now()
            || timer
                .get_or_insert_with(|| Box::pin(tokio::time::sleep_until(latest)))
                .as_mut()
                .poll(cx)
                .is_ready()
    }
}

impl Future for Turn {
    type Output = Permit;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Poller<'_>) -> Poll<Permit> {
        if let Stand::Waits(ticket) = self.stand {
            let waker = cx.waker().clone();
            let mut slots = self.gate.slots();
            let waits = slots.find(ticket);
            let before = waits.map(|own| own.replace(waker));
            drop(slots);
            if before.is_some() {
                if !self.is_late(cx) {
                    return Poll::Pending;
                }
                let own = self.gate.slots().overdue(ticket);
                drop(own);
            }
        }
        self.stand = Stand::Over;
        Poll::Ready(Permit {
            gate: Arc::clone(&self.gate),
        })
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let waited = match self.stand {
            Stand::Over => return,
            Stand::In => None,
            Stand::Waits(ticket) => self.gate.slots().leave(ticket),
        };
        if waited.is_none() {
            self.gate.end();
        }
    }
}

/// A slot under the limit on micro-tasks, for as long as it is held. [`Context::permit`](crate::Context::permit) gives one.
#[must_use = "dropped, it makes room for the next one"]
pub struct Permit {
    gate: Arc<Gate>,
}

impl Drop for Permit {
    fn drop(&mut self) {
        self.gate.end();
    }
}

impl fmt::Debug for Permit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Permit")
            .field("load", &self.gate.load())
            .finish_non_exhaustive()
    }
}
