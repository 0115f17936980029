//! The memory of a walk.

use super::Visitor;
use crate::plan::compiled::CompiledNode;
use crate::plan::declaration::Declaration;
use crate::plan::graph::{Edge, EdgeKind};

pub(super) const UNPLACED: u32 = u32::MAX;
/// Neither a round nor the one before a round.
pub(super) const NO_ROUND: u32 = u32::MAX - 1;

#[derive(Clone, Copy, Debug)]
pub(super) struct Visit {
    /// `None` in a place that is still free; a reference there would have to be written, and moved, thousands of times.
    pub(super) declaration: Option<&'static Declaration>,
    pub(super) id: u64,
    /// The round that found this node.
    pub(super) opened: u32,
    /// The last round that entered it.
    pub(super) entered: u32,
    pub(super) position: u32,
    /// One more than its place on the stack, or 0.
    pub(super) on_stack: u32,
    pub(super) root: bool,
}

impl Visit {
    pub(super) const EMPTY: Self = Self {
        declaration: None,
        id: 0,
        opened: 0,
        entered: 0,
        position: UNPLACED,
        on_stack: 0,
        root: false,
    };

    pub(super) const fn declaration(self) -> &'static Declaration {
        match self.declaration {
            Some(declaration) => declaration,
            None => CompiledNode::EMPTY.declaration,
        }
    }
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Frame {
    pub(super) node: u32,
    /// Where the stack began before this node was entered.
    pub(super) base: u32,
}

/// The memory of a walk: `N` nodes, `S` slots of a hash table (a power of two above `N`), `E` edges, depth `D`.
#[derive(Debug)]
pub struct Room<const N: usize, const S: usize, const E: usize, const D: usize> {
    slots: [u32; S],
    nodes: [Visit; N],
    edges: [(u32, Edge); E],
    stack: [Frame; D],
}

impl<const N: usize, const S: usize, const E: usize, const D: usize> Room<N, S, E, D> {
    /// Empty memory.
    #[allow(clippy::new_without_default, reason = "used in const evaluation only")]
    pub const fn new() -> Self {
        Self {
            slots: [0; S],
            nodes: [Visit::EMPTY; N],
            edges: [(
                0,
                Edge {
                    to: 0,
                    kind: EdgeKind::Hard,
                },
            ); E],
            stack: [Frame { node: 0, base: 0 }; D],
        }
    }

    /// Begins a walk that counts findings and goes on.
    pub const fn visitor(&mut self) -> Visitor<'_> {
        self.reporter(usize::MAX)
    }

    /// Begins a walk that panics at finding number `finding`, counted from 0.
    pub const fn reporter(&mut self, finding: usize) -> Visitor<'_> {
        Visitor {
            slots: &mut self.slots,
            nodes: &mut self.nodes,
            edges: &mut self.edges,
            stack: &mut self.stack,
            depth: 0,
            deepest: 0,
            base: 0,
            parent: 0,
            opened: NO_ROUND,
            pending: EdgeKind::Hard,
            round: 0,
            more: false,
            found: 0,
            placed: 0,
            linked: 0,
            findings: 0,
            report: finding,
            groups: None,
            deep: false,
            halted: false,
        }
    }
}
