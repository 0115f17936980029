//! Whether the scheduler gets on, and who is in its way. Pure: moments and what threads do go in, findings come out.

use std::time::Duration;

use crate::engine::{Key, Moment};
use crate::plan::Stage;

/// What one thread was seen to do: one poll of a task of a component.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Poll {
    /// Which thread, and which poll of it.
    pub(crate) id: (usize, u64),
    pub(crate) key: Key,
    pub(crate) stage: Stage,
}

/// A component that has held a thread for some time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Holder {
    pub(crate) key: Key,
    pub(crate) stage: Stage,
    /// When it was first seen to.
    pub(crate) since: Moment,
}

/// The scheduler has not run what it was given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Stall {
    /// When it was given that.
    pub(crate) since: Moment,
    /// Who holds its threads, the longest first.
    pub(crate) holders: Vec<Holder>,
}

/// What a look has shown that is new.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Noticed {
    /// The scheduler stands.
    Begun(Stall),
    /// It still does, and who is in its way is known better.
    Goes(Stall),
    /// It runs again, after this time.
    Over(Duration),
    /// It runs, but one of its threads is held.
    Slow(Holder),
}

/// Watches a scheduler.
#[derive(Debug)]
pub(crate) struct Watch {
    limit: Duration,
    /// When it was given something to run.
    asked: Option<Moment>,
    /// When the last look was.
    looked: Option<Moment>,
    stalled: bool,
    seen: Vec<Seen>,
}

#[derive(Debug)]
struct Seen {
    poll: Poll,
    since: Moment,
    is_told: bool,
}

impl Watch {
    pub(crate) fn new(limit: Duration) -> Self {
        Self {
            limit,
            asked: None,
            looked: None,
            stalled: false,
            seen: Vec::new(),
        }
    }

    /// How often to look.
    pub(crate) fn interval(&self) -> Duration {
        (self.limit / 5).clamp(Duration::from_millis(5), Duration::from_secs(1))
    }

    /// Whether it is to be given something to run: what it was given before, it has run.
    pub(crate) fn asks(&mut self, now: Moment) -> bool {
        let asks = self.asked.is_none();
        self.asked.get_or_insert(now);
        asks
    }

    /// Takes a look: whether it has run what it was given, if it was given anything, and what its threads do.
    pub(crate) fn look(&mut self, now: Moment, answered: bool, polls: &[Poll]) -> Vec<Noticed> {
        self.forgive(now);
        self.see(now, polls);
        let limit = self.limit;
        let mut findings = Vec::new();
        if let Some(since) = self.asked {
            let waited = now.saturating_sub(since);
            if answered {
                self.asked = None;
                if std::mem::take(&mut self.stalled) {
                    findings.push(Noticed::Over(waited));
                }
            } else if waited >= limit {
                let holders = self.holders();
                let stall = Stall { since, holders };
                // They are told of with it.
                self.seen.iter_mut().for_each(|seen| seen.is_told = true);
                findings.push(match std::mem::replace(&mut self.stalled, true) {
                    true => Noticed::Goes(stall),
                    false => Noticed::Begun(stall),
                });
            }
        }
        let slow = |seen: &&mut Seen| !seen.is_told && now.saturating_sub(seen.since) >= limit;
        // While it may stand still, that is the thing to find out.
        if self.asked.is_none() {
            for seen in self.seen.iter_mut().filter(slow) {
                seen.is_told = true;
                findings.push(Noticed::Slow(seen.holder()));
            }
        }
        findings
    }

    /// No time counts in which the watch itself did not run: a process that was stopped, or has no processor, is late as a
    /// whole. From one look to the next, two intervals count at most.
    fn forgive(&mut self, now: Moment) {
        let looked = self.looked.replace(now).unwrap_or(now);
        let late = now.saturating_sub(looked + self.interval() * 2);
        let held = self.seen.iter_mut().map(|seen| &mut seen.since);
        for since in self.asked.iter_mut().chain(held) {
            *since = since.saturating_add(late);
        }
    }

    /// Those who are at the same poll as before have held their thread since.
    fn see(&mut self, now: Moment, polls: &[Poll]) {
        self.seen.retain(|seen| polls.contains(&seen.poll));
        for poll in polls {
            if !self.seen.iter().any(|seen| seen.poll == *poll) {
                self.seen.push(Seen {
                    poll: *poll,
                    since: now,
                    is_told: false,
                });
            }
        }
    }

    fn holders(&self) -> Vec<Holder> {
        let mut holders: Vec<_> = self.seen.iter().map(Seen::holder).collect();
        holders.sort_by_key(|holder| holder.since);
        holders
    }
}

impl Seen {
    fn holder(&self) -> Holder {
        Holder {
            key: self.poll.key,
            stage: self.poll.stage,
            since: self.since,
        }
    }
}

#[cfg(test)]
mod tests;
