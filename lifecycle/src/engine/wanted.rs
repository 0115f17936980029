//! Who is wanted: what roots reach through components that are enabled.

use super::Engine;
use super::input::Key;
use super::node::Link;
use crate::plan::EdgeKind;

impl Engine {
    /// Whether the component is to be up: some root needs it, and neither it nor what it needs is disabled.
    ///
    /// # Panics
    ///
    /// If there is no such component.
    #[track_caller]
    pub fn is_wanted(&self, key: Key) -> bool {
        self.nodes[key as usize].wanted
    }

    /// Whether somebody asked that the component be down, and nobody since that it be up.
    ///
    /// # Panics
    ///
    /// If there is no such component.
    #[track_caller]
    pub fn is_disabled(&self, key: Key) -> bool {
        self.nodes[key as usize].disabled
    }

    /// Brings the wanted set up to date; gives the components that it changed for.
    pub(super) fn want(&mut self) -> Vec<Key> {
        let reached = self.reach();
        let mut changed = Vec::new();
        for (key, wanted) in (0..).zip(reached) {
            if self.nodes[key as usize].wanted != wanted {
                self.set_wanted(key, wanted);
                changed.push(key);
            }
        }
        for operation in &mut self.operations {
            operation.doubtful = true;
        }
        changed
    }

    /// Whether each component is enabled, with all that it cannot do without, and some root leads to it through such.
    fn reach(&self) -> Vec<bool> {
        let mut enabled: Vec<bool> = Vec::with_capacity(self.nodes.len());
        for key in self.keys() {
            let mut needed = self
                .links(key)
                .iter()
                .filter(|link| link.kind == EdgeKind::Hard);
            let able = needed.all(|link| enabled[link.key as usize]);
            enabled.push(able && !self.nodes[key as usize].disabled);
        }
        let mut reached = vec![false; self.nodes.len()];
        let root = |key: &Key| self.nodes[*key as usize].root || self.nodes[*key as usize].kept;
        let mut todo: Vec<Key> = self.keys().filter(root).collect();
        while let Some(key) = todo.pop() {
            if !enabled[key as usize] || std::mem::replace(&mut reached[key as usize], true) {
                continue;
            }
            todo.extend(self.links(key).iter().map(|link| link.key));
            todo.extend(self.late_links(key).map(|(_, to)| *to));
        }
        reached
    }

    /// The component and all that it cannot do without, directly or through others.
    pub(super) fn needed_by(&self, key: Key) -> Vec<Key> {
        self.closure(key, |key| self.links(key))
    }

    /// The component and all that cannot do without it, directly or through others.
    pub(super) fn dependents_of(&self, key: Key) -> Vec<Key> {
        self.closure(key, |key| {
            let (from, to) = self.nodes[key as usize].dependents;
            &self.dependents[from as usize..to as usize]
        })
    }

    fn closure<'e>(&'e self, key: Key, links: impl Fn(Key) -> &'e [Link]) -> Vec<Key> {
        let mut seen = vec![false; self.nodes.len()];
        seen[key as usize] = true;
        let mut found = vec![key];
        let mut next = 0;
        while let Some(key) = found.get(next) {
            next += 1;
            for link in links(*key) {
                if link.kind == EdgeKind::Hard
                    && !std::mem::replace(&mut seen[link.key as usize], true)
                {
                    found.push(link.key);
                }
            }
        }
        found
    }
}
