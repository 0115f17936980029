//! The books of a pool: plain numbers, without a queue, a task or a lock.
//!
//! Invariants, which hold after every entry:
//! 1. What was accepted is queued, running, done, failed, panicked or handed back: each job in exactly one place.
//! 2. Once the books are closed, nothing is queued or running, and no number changes any more but `refused`.

use std::ops::AddAssign;

/// What became of the jobs of a pool.
///
/// All numbers are jobs. At every moment
/// `accepted = queued + running + done + failed + panicked + handed_back`, and once the pool has come down, nothing is
/// queued or running.
///
/// # Examples
///
/// ```
/// use lifecycle::pool::Stats;
///
/// fn load(stats: &Stats) -> f64 {
///     assert_eq!(stats.accepted, stats.waiting() + stats.ended());
///     stats.queued as f64 / stats.accepted.max(1) as f64
/// }
/// # load(&Stats::default());
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Stats {
    /// Jobs that the pool took.
    pub accepted: u64,
    /// Of these, those that wait for a worker.
    pub queued: u64,
    /// Those that a worker has in hand. Of jobs that end at once it may have some more than the one it does.
    pub running: u64,
    /// Those whose work returned `Ok`.
    pub done: u64,
    /// Those whose work returned an error.
    pub failed: u64,
    /// Those whose work panicked.
    pub panicked: u64,
    /// Those that were not done when the pool had to end: still queued, or cut off while running.
    pub handed_back: u64,
    /// Jobs that the pool did not take, because it was full or stopping. They are not among the accepted.
    pub refused: u64,
}

impl Stats {
    /// Jobs that were accepted and have not ended: those queued and those running.
    #[must_use]
    pub const fn waiting(&self) -> u64 {
        self.queued + self.running
    }

    /// Jobs that were accepted and have ended, one way or another.
    #[must_use]
    pub const fn ended(&self) -> u64 {
        self.done + self.failed + self.panicked + self.handed_back
    }
}

/// Adds the numbers of another pool, or of another life of this one.
impl AddAssign<&Self> for Stats {
    fn add_assign(&mut self, other: &Self) {
        self.accepted += other.accepted;
        self.queued += other.queued;
        self.running += other.running;
        self.done += other.done;
        self.failed += other.failed;
        self.panicked += other.panicked;
        self.handed_back += other.handed_back;
        self.refused += other.refused;
    }
}

/// How a job ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    Done,
    Failed,
    Panicked,
    HandedBack,
}

/// Every entry is one of these functions; nothing else writes.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    stats: Stats,
    closed: bool,
}

impl Ledger {
    pub(super) fn stats(&self) -> Stats {
        self.stats
    }

    pub(super) fn queued(&self) -> u64 {
        self.stats.queued
    }

    pub(super) fn refuse(&mut self) {
        self.stats.refused += 1;
    }

    /// A job came into the queue. The books are open.
    pub(super) fn accept(&mut self) {
        debug_assert!(!self.closed, "a job after the books were closed");
        self.stats.accepted += 1;
        self.stats.queued += 1;
        self.check();
    }

    /// A worker took jobs out of the queue. The books are open.
    pub(super) fn begin(&mut self, jobs: u64) {
        debug_assert!(!self.closed, "a job after the books were closed");
        self.stats.queued -= jobs;
        self.stats.running += jobs;
        self.check();
    }

    /// A worker put jobs back into the queue that it had not begun. The books are open.
    pub(super) fn put_back(&mut self, jobs: u64) {
        debug_assert!(!self.closed, "a job after the books were closed");
        self.stats.running -= jobs;
        self.stats.queued += jobs;
        self.check();
    }

    /// A worker is rid of jobs. If the books were closed meanwhile, the jobs were handed back, and that stands.
    pub(super) fn end(&mut self, fate: Fate, jobs: u64) {
        if self.closed {
            return;
        }
        self.stats.running -= jobs;
        *match fate {
            Fate::Done => &mut self.stats.done,
            Fate::Failed => &mut self.stats.failed,
            Fate::Panicked => &mut self.stats.panicked,
            Fate::HandedBack => &mut self.stats.handed_back,
        } += jobs;
        self.check();
    }

    /// Closes the books: what has not ended is handed back. Twice is once.
    pub(super) fn close(&mut self) {
        self.closed = true;
        self.stats.handed_back += self.stats.waiting();
        self.stats.queued = 0;
        self.stats.running = 0;
        self.check();
    }

    pub(super) fn is_closed(&self) -> bool {
        self.closed
    }

    fn check(&self) {
        debug_assert_eq!(
            self.stats.accepted,
            self.stats.waiting() + self.stats.ended()
        );
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Fate, Ledger};

    #[derive(Clone, Copy, Debug)]
    enum Entry {
        Accept,
        Refuse,
        Begin,
        PutBack,
        End(Fate),
        Close,
    }

    fn entries() -> impl Strategy<Value = Vec<Entry>> {
        let fate = prop_oneof![
            Just(Fate::Done),
            Just(Fate::Failed),
            Just(Fate::Panicked),
            Just(Fate::HandedBack),
        ];
        let entry = prop_oneof![
            8 => Just(Entry::Accept),
            1 => Just(Entry::Refuse),
            6 => Just(Entry::Begin),
            1 => Just(Entry::PutBack),
            5 => fate.prop_map(Entry::End),
            1 => Just(Entry::Close),
        ];
        prop::collection::vec(entry, 0..200)
    }

    proptest! {
        #[test]
        fn what_was_accepted_is_always_somewhere(entries in entries()) {
            let mut ledger = Ledger::default();
            // What a worker has in hand, which it goes on having when the books are closed.
            let (mut in_hand, mut accepted) = (0, 0);
            for entry in entries {
                match entry {
                    Entry::Accept if !ledger.is_closed() => {
                        ledger.accept();
                        accepted += 1;
                    }
                    Entry::Begin if ledger.queued() > 0 => {
                        ledger.begin(1);
                        in_hand += 1;
                    }
                    Entry::PutBack if in_hand > 0 && !ledger.is_closed() => {
                        ledger.put_back(1);
                        in_hand -= 1;
                    }
                    Entry::End(fate) if in_hand > 0 => {
                        ledger.end(fate, 1);
                        in_hand -= 1;
                    }
                    Entry::Close => ledger.close(),
                    Entry::Refuse => ledger.refuse(),
                    Entry::Accept | Entry::Begin | Entry::PutBack | Entry::End(_) => {}
                }
                let stats = ledger.stats();
                prop_assert_eq!(stats.accepted, accepted);
                prop_assert_eq!(stats.accepted, stats.waiting() + stats.ended());
                if ledger.is_closed() {
                    prop_assert_eq!(stats.waiting(), 0);
                } else {
                    prop_assert_eq!(stats.running, in_hand);
                }
            }
        }
    }
}
