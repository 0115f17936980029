//! Deadlines, of components and of the app.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};
use std::time::Duration;

use super::input::{Key, Moment};
use super::node::{Node, State};
use super::output::Change;
use super::{Engine, Phase};

/// All deadlines. Entries of components may be out of date: the node's own `deadline` decides.
#[derive(Debug, Default)]
pub(super) struct Timers {
    /// Those that came in their order, as most do: equal limits end in the order in which they begin.
    queue: VecDeque<(Moment, Key)>,
    /// The others.
    heap: BinaryHeap<Reverse<(Moment, Key)>>,
    /// Load and start must be over.
    pub(super) start: Option<Moment>,
    /// The drain delay is over.
    pub(super) drain: Option<Moment>,
    /// The shutdown must be over.
    pub(super) total: Option<Moment>,
    /// What was forced must be over.
    pub(super) force: Option<Moment>,
}

impl Timers {
    pub(super) fn next(&mut self, nodes: &mut [Node]) -> Option<Moment> {
        while let Some((at, key)) = self.first() {
            let node = &mut nodes[key as usize];
            if node.deadline == Some(at) {
                break;
            }
            self.pop();
            if let Some(at) = node.deadline.filter(|_| node.postponed) {
                node.postponed = false;
                self.push(at, key);
            }
        }
        let node = self.first().map(|(at, _)| at);
        let app = [self.start, self.drain, self.total, self.force];
        app.into_iter().chain([node]).flatten().min()
    }

    /// Whether no deadline can have passed: a quick answer, which is right when it is yes.
    fn none_before(&self, now: Moment) -> bool {
        let after = |at: Option<Moment>| at.is_none_or(|at| at > now);
        self.queue.front().is_none_or(|(at, _)| *at > now)
            && self.heap.peek().is_none_or(|Reverse((at, _))| *at > now)
            && after(self.start)
            && after(self.drain)
            && after(self.total)
            && after(self.force)
    }

    fn push(&mut self, at: Moment, key: Key) {
        match self.queue.back() {
            Some(last) if *last > (at, key) => self.heap.push(Reverse((at, key))),
            _ => self.queue.push_back((at, key)),
        }
    }

    fn first(&self) -> Option<(Moment, Key)> {
        let queued = self.queue.front().copied();
        let heaped = self.heap.peek().map(|Reverse(first)| *first);
        match (queued, heaped) {
            (Some(queued), Some(heaped)) => Some(queued.min(heaped)),
            (queued, heaped) => queued.or(heaped),
        }
    }

    fn pop(&mut self) -> Option<(Moment, Key)> {
        let first = self.first()?;
        if self.queue.front() == Some(&first) {
            self.queue.pop_front();
        } else {
            self.heap.pop();
        }
        Some(first)
    }
}

impl Engine {
    pub(super) fn set_deadline(&mut self, key: Key, at: Option<Moment>) {
        let node = self.node(key);
        node.deadline = at;
        node.postponed = false;
        if let Some(at) = at {
            self.timers.push(at, key);
        }
    }

    /// Acts on every deadline that has passed.
    pub(super) fn expire(&mut self) {
        while self.phase != Phase::Ended && !self.timers.none_before(self.now) {
            let Some(at) = self
                .timers
                .next(&mut self.nodes)
                .filter(|at| *at <= self.now)
            else {
                return;
            };
            if self.timers.force == Some(at) {
                self.timers.force = None;
                self.give_up_all();
            } else if self.timers.total == Some(at) {
                self.timers.total = None;
                self.force(super::Force::Timeout);
            } else if self.timers.drain == Some(at) {
                self.timers.drain = None;
                self.stop_all();
            } else if self.timers.start == Some(at) {
                self.timers.start = None;
                self.start_budget_spent();
            } else if let Some((_, key)) = self.timers.pop() {
                self.node(key).deadline = None;
                self.overdue(key);
            }
            self.settle();
        }
    }

    /// A component shows that it is alive: its deadline moves, and the timers learn of it when the old one comes, so
    /// that a beat costs nothing however often it comes.
    pub(super) fn beat(&mut self, key: Key) {
        let heartbeat = self.policy(key).heartbeat;
        let node = &self.nodes[key as usize];
        let (State::Up, Some(every), Some(_)) = (node.state, heartbeat, node.deadline) else {
            return;
        };
        let at = self.now.saturating_add(every);
        let node = self.node(key);
        node.postponed |= node.deadline != Some(at);
        node.deadline = Some(at);
    }

    /// A component asks for more time: at least `by` from now.
    pub(super) fn extend(&mut self, key: Key, by: Duration) {
        let at = self.now.saturating_add(by);
        let node = &self.nodes[key as usize];
        let Some(deadline) = node.deadline.filter(|_| !node.aborted) else {
            return;
        };
        let latest = match node.state {
            State::Loading | State::Starting | State::Warming => {
                if let Some(start) = &mut self.timers.start {
                    *start = at.max(*start);
                }
                Duration::MAX
            }
            State::Quiescing | State::Stopping | State::Cleaning if node.last_call.is_none() => {
                self.budget.latest_end(key).unwrap_or(Duration::MAX)
            }
            _ => return,
        };
        let extended = at.min(latest).max(deadline);
        if extended > deadline {
            self.set_deadline(key, Some(extended));
            self.change(key, Change::Extended);
        }
    }
}
