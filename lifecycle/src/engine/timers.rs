//! Deadlines, of components and of the app.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::time::Duration;

use super::input::{Key, Moment};
use super::node::{Node, State};
use super::output::Change;
use super::{Engine, Phase};

/// All deadlines. Entries of components may be out of date: the node's own `deadline` decides.
#[derive(Debug, Default)]
pub(super) struct Timers {
    nodes: BinaryHeap<Reverse<(Moment, Key)>>,
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
        while let Some(&Reverse((at, key))) = self.nodes.peek() {
            let node = &mut nodes[key as usize];
            if node.deadline == Some(at) {
                break;
            }
            self.nodes.pop();
            if let Some(at) = node.deadline.filter(|_| node.postponed) {
                node.postponed = false;
                self.nodes.push(Reverse((at, key)));
            }
        }
        let node = self.nodes.peek().map(|Reverse((at, _))| *at);
        [node, self.start, self.drain, self.total, self.force]
            .into_iter()
            .flatten()
            .min()
    }
}

impl Engine {
    pub(super) fn set_deadline(&mut self, key: Key, at: Option<Moment>) {
        let node = self.node(key);
        node.deadline = at;
        node.postponed = false;
        if let Some(at) = at {
            self.timers.nodes.push(Reverse((at, key)));
        }
    }

    /// Acts on every deadline that has passed.
    pub(super) fn expire(&mut self) {
        while self.phase != Phase::Ended {
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
            } else if let Some(Reverse((_, key))) = self.timers.nodes.pop() {
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
