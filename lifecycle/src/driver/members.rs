//! The components of a running app: those of its plan, and those that were added since.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::{Mutex, PoisonError, RwLock};

use super::cell::Cell;
use super::growing::Growing;
use crate::engine::{Key, Moment};
use crate::plan::{Edge, Node, Plan};

type Index = HashMap<u64, Key, BuildHasherDefault<Identity>>;

/// Nobody who looks at a component of the plan takes a lock, and nobody who looks at any by its key.
pub(super) struct Members {
    plan: Plan,
    cells: Box<[Mutex<Cell>]>,
    index: Index,
    added: Growing<Member>,
    /// Asked only for what is not in the plan.
    added_index: RwLock<Index>,
}

/// A component that was added.
struct Member {
    node: Node,
    edges: Box<[Edge]>,
    cell: Mutex<Cell>,
    /// When it was added.
    at: Moment,
}

impl Members {
    pub(super) fn new(plan: Plan) -> Self {
        let ids = plan.nodes().iter().map(|node| node.declaration().id);
        Self {
            index: ids.zip(0..).collect(),
            cells: plan.nodes().iter().map(|_| Mutex::default()).collect(),
            plan,
            added: Growing::default(),
            added_index: RwLock::default(),
        }
    }

    /// Takes in those that a grown plan has beyond the present ones. Only the driver does.
    pub(super) fn grow(&self, grown: &Plan, at: Moment) {
        for key in self.len()..grown.len() {
            let node = grown.nodes()[key].clone();
            let id = node.declaration().id;
            self.added.push(Member {
                node,
                edges: grown.dependencies(key).into(),
                cell: Mutex::default(),
                at,
            });
            let index = self.added_index.write();
            index
                .unwrap_or_else(PoisonError::into_inner)
                .insert(id, key as Key);
        }
    }

    pub(super) fn len(&self) -> usize {
        self.plan.len() + self.added.len()
    }

    pub(super) fn node(&self, key: Key) -> &Node {
        let planned = self.plan.nodes().get(key as usize);
        planned.unwrap_or_else(|| &self.added(key).node)
    }

    pub(super) fn dependencies(&self, key: Key) -> &[Edge] {
        match (key as usize) < self.plan.len() {
            true => self.plan.dependencies(key as usize),
            false => &self.added(key).edges,
        }
    }

    pub(super) fn cell(&self, key: Key) -> &Mutex<Cell> {
        let planned = self.cells.get(key as usize);
        planned.unwrap_or_else(|| &self.added(key).cell)
    }

    /// When it was added; at zero, if it is of the plan.
    pub(super) fn added_at(&self, key: Key) -> Moment {
        match (key as usize) < self.plan.len() {
            true => Moment::ZERO,
            false => self.added(key).at,
        }
    }

    pub(super) fn key_of(&self, id: u64) -> Option<Key> {
        let planned = self.index.get(&id).copied();
        planned.or_else(|| {
            let index = self.added_index.read();
            index
                .unwrap_or_else(PoisonError::into_inner)
                .get(&id)
                .copied()
        })
    }

    /// The component with this name, the first if there are several.
    pub(super) fn find(&self, name: &str) -> Option<Key> {
        let added = || {
            let mut added = self.added.iter();
            let place = added.position(|member| member.node.name() == name)?;
            Some(self.plan.len() + place)
        };
        let found = self.plan.find(name).or_else(added);
        found.map(|key| key as Key)
    }

    fn added(&self, key: Key) -> &Member {
        let member = self.added.get(key as usize - self.plan.len());
        member.expect("a key is told only after its component is there")
    }
}

/// Identities are hashes already.
#[derive(Default)]
struct Identity(u64);

impl Hasher for Identity {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, id: u64) {
        self.0 = id;
    }
}
