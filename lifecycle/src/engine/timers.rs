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
    queue: VecDeque<Entry>,
    /// The others.
    heap: BinaryHeap<Reverse<Entry>>,
    /// How many there were: of two at one time, the one that was set first comes first.
    count: u32,
    /// Load and start must be over.
    pub(super) start: Option<Moment>,
    /// The drain delay is over.
    pub(super) drain: Option<Moment>,
    /// The shutdown must be over.
    pub(super) total: Option<Moment>,
    /// What was forced must be over.
    pub(super) force: Option<Moment>,
    /// No deadline comes before this, so that most inputs need not look.
    soonest: Moment,
}

/// When, which deadline it is of all that there were, and whose.
type Entry = (Moment, u32, Key);

impl Timers {
    pub(super) fn next(&mut self, nodes: &mut [Node]) -> Option<Moment> {
        while let Some((at, number, key)) = self.first() {
            let node = &mut nodes[key as usize];
            let deadline = node.deadline.filter(|_| node.timer == number);
            if deadline == Some(at) {
                break;
            }
            self.pop();
            if let Some(at) = deadline {
                // It was moved on since it was set.
                self.insert((at, number, key));
            }
        }
        let node = self.first().map(|(at, ..)| at);
        let app = [self.start, self.drain, self.total, self.force];
        app.into_iter().chain([node]).flatten().min()
    }

    /// Whether no deadline can have passed: a quick answer, which is right when it is yes.
    fn none_before(&mut self, now: Moment) -> bool {
        if self.soonest <= now {
            let node = self.first().map(|(at, ..)| at);
            let app = [self.start, self.drain, self.total, self.force];
            let all = app.into_iter().chain([node]).flatten();
            self.soonest = all.min().unwrap_or(Moment::MAX);
        }
        self.soonest > now
    }

    /// A deadline of the app: each is set through this.
    pub(super) fn at(&mut self, at: Moment) -> Option<Moment> {
        self.soonest = self.soonest.min(at);
        Some(at)
    }

    /// Gives the number by which it is known.
    fn push(&mut self, at: Moment, key: Key) -> u32 {
        self.count = self.count.wrapping_add(1);
        self.insert((at, self.count, key));
        self.count
    }

    fn insert(&mut self, entry: Entry) {
        self.soonest = self.soonest.min(entry.0);
        match self.queue.back() {
            Some(last) if *last > entry => self.heap.push(Reverse(entry)),
            _ => self.queue.push_back(entry),
        }
    }

    fn first(&self) -> Option<Entry> {
        let queued = self.queue.front().copied();
        let heaped = self.heap.peek().map(|Reverse(first)| *first);
        match (queued, heaped) {
            (Some(queued), Some(heaped)) => Some(queued.min(heaped)),
            (queued, heaped) => queued.or(heaped),
        }
    }

    fn pop(&mut self) -> Option<Entry> {
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
        if let Some(at) = at {
            let number = self.timers.push(at, key);
            self.node(key).timer = number;
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
            } else if let Some((.., key)) = self.timers.pop() {
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
        self.node(key).deadline = Some(at);
    }

    /// A component asks for more time: at least `by` from now.
    pub(super) fn extend(&mut self, key: Key, by: Duration) {
        let at = self.now.saturating_add(by);
        let node = &self.nodes[key as usize];
        let Some(deadline) = node.deadline.filter(|_| !node.aborted) else {
            return;
        };
        let mut moved = false;
        let latest = match node.state {
            State::Loading | State::Starting | State::Warming => {
                if let Some(start) = self.timers.start.as_mut().filter(|start| **start < at) {
                    *start = at;
                    moved = true;
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
            moved = true;
        }
        if moved {
            self.change(key, Change::Extended);
        }
    }
}
