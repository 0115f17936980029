//! The counters, and the one function that looks at a component and does the next legal thing.

use super::input::Key;
use super::node::{Link, Node, State};
use super::{Engine, Phase};
use crate::plan::{EdgeKind, Kind};

/// Why a component must go, itself or something that it cannot do without.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    /// It is not wanted, or has failed for good.
    Lost,
    /// It is to be rebuilt.
    Recycled,
}

impl Node {
    fn count(&mut self, mark: Mark) -> &mut u32 {
        match mark {
            Mark::Lost => &mut self.losses,
            Mark::Recycled => &mut self.rebuilds,
        }
    }
}

impl Engine {
    fn dependency(&self, key: Key, i: u32) -> Link {
        self.dependencies[(self.nodes[key as usize].dependencies.0 + i) as usize]
    }

    fn dependent(&self, key: Key, i: u32) -> Link {
        self.dependents[(self.nodes[key as usize].dependents.0 + i) as usize]
    }

    fn dependency_count(&self, key: Key) -> u32 {
        let (from, to) = self.nodes[key as usize].dependencies;
        to - from
    }

    fn dependent_count(&self, key: Key) -> u32 {
        let (from, to) = self.nodes[key as usize].dependents;
        to - from
    }

    pub(super) fn set_wanted(&mut self, key: Key, wanted: bool) {
        if self.nodes[key as usize].wanted == wanted {
            return;
        }
        self.node(key).wanted = wanted;
        let service = u32::from(self.nodes[key as usize].kind == Kind::Service) as usize;
        if wanted {
            self.unwanted_services -= service;
            self.unmark(key, Mark::Lost)
        } else {
            self.unwanted_services += service;
            self.mark(key, Mark::Lost)
        }
    }

    /// Marks a component as failed for good: it must go, and so must all that cannot do without it.
    pub(super) fn set_failed(&mut self, key: Key) {
        if !self.nodes[key as usize].failed {
            self.node(key).failed = true;
            self.mark(key, Mark::Lost);
        }
    }

    /// Takes that back.
    pub(super) fn forgive(&mut self, key: Key) {
        if self.nodes[key as usize].failed {
            self.node(key).failed = false;
            self.unmark(key, Mark::Lost);
        }
    }

    /// One more reason why the component must go, and with the first one all that cannot do without it.
    pub(super) fn mark(&mut self, key: Key, mark: Mark) {
        let mut todo = std::mem::take(&mut self.todo);
        todo.push(key);
        while let Some(key) = todo.pop() {
            let node = self.node(key);
            let (was_doomed, was_settled) = (node.doomed(), node.settled());
            let count = node.count(mark);
            *count += 1;
            if *count == 1 {
                if mark == Mark::Lost {
                    self.count_lost(key, true);
                }
                if !was_doomed {
                    self.count_doomed(key, true);
                }
                self.spread(key, was_settled, &mut todo);
            }
        }
        self.todo = todo;
    }

    /// One reason less.
    pub(super) fn unmark(&mut self, key: Key, mark: Mark) {
        let mut todo = std::mem::take(&mut self.todo);
        todo.push(key);
        while let Some(key) = todo.pop() {
            let node = self.node(key);
            let was_settled = node.settled();
            let count = node.count(mark);
            *count -= 1;
            if *count == 0 {
                if mark == Mark::Lost {
                    self.count_lost(key, false);
                }
                if !self.nodes[key as usize].doomed() {
                    self.count_doomed(key, false);
                }
                self.spread(key, was_settled, &mut todo);
            }
        }
        self.todo = todo;
    }

    /// A mark changed: so does one of each hard dependent, and optional ones know whether to wait.
    fn spread(&mut self, key: Key, was_settled: bool, todo: &mut Vec<Key>) {
        let settled = self.nodes[key as usize].settled();
        for i in 0..self.dependent_count(key) {
            let link = self.dependent(key, i);
            match link.kind {
                EdgeKind::Hard => todo.push(link.key),
                _ if settled && !was_settled => self.met(link.key),
                _ if was_settled && !settled => self.unmet(link.key),
                _ => {}
            }
        }
    }

    /// Keeps the sums over all components.
    fn count_lost(&mut self, key: Key, lost: bool) {
        self.turned.push(key);
        let node = &self.nodes[key as usize];
        let coming = usize::from(!node.up);
        let busy = usize::from(node.kind == Kind::Service && !node.finished);
        if lost {
            self.coming -= coming;
            self.busy_services -= busy;
        } else {
            self.coming += coming;
            self.busy_services += busy;
        }
    }

    /// Keeps what optional dependencies know of their dependents.
    fn count_doomed(&mut self, key: Key, doomed: bool) {
        if self.nodes[key as usize].state.is_live() {
            self.count_going(key, doomed);
        }
        self.dirty.push_back(key);
    }

    /// A finished service has work again.
    pub(super) fn unfinish(&mut self, key: Key) {
        let node = self.node(key);
        let was_finished = std::mem::take(&mut node.finished);
        if was_finished && node.kind == Kind::Service && !node.lost() {
            self.busy_services += 1;
        }
    }

    fn count_going(&mut self, key: Key, going: bool) {
        for i in 0..self.dependency_count(key) {
            let link = self.dependency(key, i);
            if link.kind == EdgeKind::Optional {
                let dependency = self.node(link.key);
                if going {
                    dependency.going_dependents += 1;
                } else {
                    dependency.going_dependents -= 1;
                    self.dirty.push_back(link.key);
                }
            }
        }
    }

    pub(super) fn set_up(&mut self, key: Key, up: bool) {
        let node = &mut self.nodes[key as usize];
        if node.up == up {
            return;
        }
        let was_settled = node.settled();
        node.up = up;
        let (settled, lost) = (node.settled(), node.lost());
        if !lost {
            if up {
                self.coming -= 1
            } else {
                self.coming += 1
            }
        }
        for i in 0..self.dependent_count(key) {
            let link = self.dependent(key, i);
            let (was_met, is_met) = if link.kind == EdgeKind::Hard {
                (!up, up)
            } else {
                (was_settled, settled)
            };
            match (was_met, is_met) {
                (false, true) => self.met(link.key),
                (true, false) => self.unmet(link.key),
                (_, _) => {}
            }
        }
    }

    fn met(&mut self, key: Key) {
        let node = self.node(key);
        node.unmet -= 1;
        if node.unmet == 0 {
            self.dirty.push_back(key);
        }
    }

    fn unmet(&mut self, key: Key) {
        self.node(key).unmet += 1;
    }

    /// Moves a component to another state and tells its dependencies whether they are still needed.
    pub(super) fn set_state(&mut self, key: Key, state: State) {
        let node = self.node(key);
        let (was_live, is_live) = (node.state.is_live(), state.is_live());
        node.state = state;
        node.aborted = false;
        let doomed = node.doomed();
        if was_live == is_live {
            return;
        }
        if is_live {
            self.live += 1
        } else {
            self.live -= 1
        }
        for i in 0..self.dependency_count(key) {
            let link = self.dependency(key, i);
            if link.kind == EdgeKind::Hard {
                let dependency = self.node(link.key);
                if is_live {
                    dependency.live_dependents += 1;
                } else {
                    dependency.live_dependents -= 1;
                    if dependency.live_dependents == 0 {
                        self.dirty.push_back(link.key);
                    }
                }
            }
        }
        if doomed {
            self.count_going(key, is_live);
        }
    }

    /// Looks at every component that something changed for, until nothing changes.
    pub(super) fn settle(&mut self) {
        loop {
            while let Some(key) = self.dirty.pop_front() {
                self.consider(key);
            }
            self.admit();
            if self.dirty.is_empty() {
                break;
            }
        }
        self.turn_phase();
    }

    /// The rules.
    fn consider(&mut self, key: Key) {
        let node = &self.nodes[key as usize];
        let free = node.live_dependents == 0 && node.going_dependents == 0;
        match node.state {
            State::Down if !node.doomed() && node.unmet == 0 => self.queue_start(key),
            State::Queued | State::Retrying if node.doomed() => self.stand_down(key),
            State::Starting if node.doomed() && !node.aborted => self.cancel_start(key),
            State::Warming | State::Up | State::Recalling | State::Tidying | State::Restarting
                if node.doomed() && free =>
            {
                self.begin_stop(key)
            }
            State::Restarting if node.doomed() => self.set_deadline(key, None),
            State::Restarting if node.deadline.is_none() => self.rerun(key),
            State::Warming | State::Up if !node.doomed() && node.deadline.is_none() => {
                self.watch(key)
            }
            _ => {}
        }
    }

    /// Whether the app has not begun to go down.
    pub(crate) fn is_rising(&self) -> bool {
        matches!(
            self.phase,
            Phase::New | Phase::Loading | Phase::Starting | Phase::Running
        )
    }
}
