//! The counters, and the one function that looks at a component and does the next legal thing.

use super::input::Key;
use super::node::{Link, State};
use super::{Engine, Phase};
use crate::plan::{EdgeKind, Kind};

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
        if self.nodes[key as usize].wanted != wanted {
            self.node(key).wanted = wanted;
            if wanted {
                self.lift_doom(key)
            } else {
                self.add_doom(key)
            }
        }
    }

    /// Marks a component as failed for good: it must go, and so must all that cannot do without it.
    pub(super) fn set_failed(&mut self, key: Key) {
        if !self.nodes[key as usize].failed {
            self.node(key).failed = true;
            self.add_doom(key);
        }
    }

    /// One more reason why the component must go.
    fn add_doom(&mut self, key: Key) {
        let mut todo = std::mem::take(&mut self.todo);
        todo.push(key);
        while let Some(key) = todo.pop() {
            let was_settled = self.nodes[key as usize].settled();
            self.node(key).doom += 1;
            if self.nodes[key as usize].doom > 1 {
                continue;
            }
            self.count_doomed(key, true);
            for i in 0..self.dependent_count(key) {
                let link = self.dependent(key, i);
                match link.kind {
                    EdgeKind::Hard => todo.push(link.key),
                    _ if !was_settled => self.met(link.key),
                    _ => {}
                }
            }
        }
        self.todo = todo;
    }

    /// One reason less why the component must go.
    fn lift_doom(&mut self, key: Key) {
        let mut todo = std::mem::take(&mut self.todo);
        todo.push(key);
        while let Some(key) = todo.pop() {
            self.node(key).doom -= 1;
            if self.nodes[key as usize].doom > 0 {
                continue;
            }
            self.count_doomed(key, false);
            let settled = self.nodes[key as usize].settled();
            for i in 0..self.dependent_count(key) {
                let link = self.dependent(key, i);
                match link.kind {
                    EdgeKind::Hard => todo.push(link.key),
                    _ if !settled => self.unmet(link.key),
                    _ => {}
                }
            }
        }
        self.todo = todo;
    }

    /// Keeps the sums over all components, and what optional dependencies know of their dependents.
    fn count_doomed(&mut self, key: Key, doomed: bool) {
        let node = &self.nodes[key as usize];
        let (up, live, busy) = (
            node.up,
            node.state.is_live(),
            node.kind == Kind::Service && !node.finished,
        );
        if !up {
            if doomed {
                self.coming -= 1
            } else {
                self.coming += 1
            }
        }
        if busy {
            if doomed {
                self.busy_services -= 1
            } else {
                self.busy_services += 1
            }
        }
        if live {
            self.count_going(key, doomed);
        }
        self.dirty.push_back(key);
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
        let (settled, doomed) = (node.settled(), node.doomed());
        if !doomed {
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
            State::Warming | State::Up if node.doomed() && free => self.begin_stop(key),
            _ => {}
        }
    }

    /// Whether the app has not begun to go down.
    pub(super) fn is_rising(&self) -> bool {
        matches!(
            self.phase,
            Phase::New | Phase::Loading | Phase::Starting | Phase::Running
        )
    }
}
