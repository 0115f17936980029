//! What waits for one handler, and what became of the rest: plain rules, without a lock, a task or a clock.
//!
//! Invariants, which hold after every call:
//! 1. Each event that was offered is in exactly one place: waiting, in hand, or counted under one [`Fate`].
//! 2. What is taken out comes in the order in which it was offered.
//! 3. Beside those for which somebody waits, at most `capacity` events wait.
//! 4. Where no event comes in and nobody works on those that wait, none waits.

use std::collections::VecDeque;

/// What became of the events of one handler.
///
/// At every moment `emitted = waiting + running + handled + failed + panicked + cut_off + dropped + missed`.
///
/// # Examples
///
/// ```
/// use lifecycle::event::Stats;
///
/// fn is_well(stats: &Stats) -> bool {
///     stats.lost() == 0 && stats.failed + stats.panicked == 0
/// }
/// # assert!(is_well(&Stats::default()));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Stats {
    /// Events of its type that were emitted.
    pub emitted: u64,
    /// Of these, those that wait: for the component to be up, or for the handler to be done with others.
    pub waiting: u64,
    /// Those that it has in hand.
    pub running: u64,
    /// Those that it handled.
    pub handled: u64,
    /// Those for which it returned an error.
    pub failed: u64,
    /// Those on which it panicked.
    pub panicked: u64,
    /// Those in the middle of which it was aborted.
    pub cut_off: u64,
    /// Those for which there was no room.
    pub dropped: u64,
    /// Those that came while the component was stopping or down for good, or were still waiting when it came to that.
    pub missed: u64,
}

impl Stats {
    /// Events that were never handled, and never will be: those cut off, dropped or missed.
    #[must_use]
    pub const fn lost(&self) -> u64 {
        self.cut_off + self.dropped + self.missed
    }
}

/// How it ended with one event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    Handled,
    Failed,
    Panicked,
    CutOff,
    Dropped,
    Missed,
}

/// Where the component is, as far as its handlers are concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Presence {
    /// Nothing of it works.
    Away,
    /// It is coming, ending, or between two runs.
    Passing,
    Up,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// Events come in, and nobody works on them.
    Waiting,
    Working,
    /// No event comes in; those that wait are still worked on.
    Finishing,
    /// No event comes in, and none waits.
    Closed,
}

/// What a worker is to do next.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Next<T> {
    /// Handle this, and say then how that ended, with the number.
    Event(T, u32),
    Wait,
    /// Its work is over.
    End,
}

#[derive(Debug)]
pub(super) struct Inbox<T> {
    phase: Phase,
    waiting: VecDeque<T>,
    capacity: usize,
    /// Counts how often the component went away: what was in hand then has had its fate.
    times_away: u32,
    /// `waiting` is not kept here.
    stats: Stats,
}

impl<T> Inbox<T> {
    /// For a component that has yet to come up.
    pub(super) fn new(capacity: usize) -> Self {
        Self {
            phase: Phase::Waiting,
            waiting: VecDeque::new(),
            capacity,
            times_away: 0,
            stats: Stats::default(),
        }
    }

    pub(super) fn stats(&self) -> Stats {
        Stats {
            waiting: self.waiting.len() as u64,
            ..self.stats
        }
    }

    /// Takes an event, or says what became of it. One for which somebody waits always finds room.
    pub(super) fn offer(&mut self, event: T, somebody_waits: bool) -> Result<(), (T, Fate)> {
        self.stats.emitted += 1;
        let fate = match self.phase {
            Phase::Finishing | Phase::Closed => Fate::Missed,
            _ if somebody_waits || self.waiting.len() < self.capacity => {
                self.waiting.push_back(event);
                return Ok(());
            }
            _ => Fate::Dropped,
        };
        self.count(fate, 1);
        Err((event, fate))
    }

    pub(super) fn next(&mut self) -> Next<T> {
        match self.phase {
            Phase::Waiting | Phase::Closed => Next::End,
            Phase::Working | Phase::Finishing => match self.waiting.pop_front() {
                Some(event) => {
                    self.stats.running += 1;
                    Next::Event(event, self.times_away)
                }
                None if self.phase == Phase::Working => Next::Wait,
                None => Next::End,
            },
        }
    }

    /// A worker is done with an event. If the component went away meanwhile, the event has had its fate.
    pub(super) fn end(&mut self, number: u32, fate: Fate) {
        if number == self.times_away {
            self.stats.running -= 1;
            self.count(fate, 1);
        }
    }

    /// The component is somewhere else now; `lost` says that it will not come up as things are. Gives the events that are
    /// given up with that.
    ///
    /// While it comes up, or is to come up again, events are kept. One that ends for good takes no more, and finishes what
    /// it has.
    pub(super) fn settle(&mut self, presence: Presence, lost: bool) -> VecDeque<T> {
        if presence == Presence::Away {
            self.times_away += 1;
            let in_hand = std::mem::take(&mut self.stats.running);
            self.count(Fate::CutOff, in_hand);
        }
        self.phase = match (presence, lost) {
            (Presence::Up, _) => Phase::Working,
            (_, false) => Phase::Waiting,
            (Presence::Passing, true) => Phase::Finishing,
            (Presence::Away, true) => Phase::Closed,
        };
        if self.phase != Phase::Closed {
            return VecDeque::new();
        }
        let missed = std::mem::take(&mut self.waiting);
        self.count(Fate::Missed, missed.len() as u64);
        missed
    }

    /// Nobody waits any more for an event: if it is there only because of that, it goes.
    pub(super) fn forsake(&mut self, is_it: impl FnMut(&T) -> bool) -> Option<T> {
        if self.waiting.len() <= self.capacity {
            return None;
        }
        let place = self.waiting.iter().position(is_it)?;
        self.count(Fate::Dropped, 1);
        self.waiting.remove(place)
    }

    fn count(&mut self, fate: Fate, events: u64) {
        *match fate {
            Fate::Handled => &mut self.stats.handled,
            Fate::Failed => &mut self.stats.failed,
            Fate::Panicked => &mut self.stats.panicked,
            Fate::CutOff => &mut self.stats.cut_off,
            Fate::Dropped => &mut self.stats.dropped,
            Fate::Missed => &mut self.stats.missed,
        } += events;
    }
}

#[cfg(test)]
mod tests;
