//! The walk in const evaluation.
//!
//! Invariants:
//! 1. A node gets its position once all that it hard- or optionally depends on have theirs, so positions are a start
//!    order.
//! 2. Late edges are followed only out of nodes that were complete before the current round began, and with an empty
//!    stack (`base`), so that they neither order nor close a loop. Rounds repeat until one leaves no late edge behind.
//! 3. Each round enters a node at most once, so a walk costs O(rounds * (V + E)), and there is one round more than the
//!    longest chain of late edges to something new.
//! 4. Everything that can panic is `#[track_caller]`, so that the innermost frame rustc shows is the user's.

pub(crate) mod groups;
mod room;

use super::compiled::{CompiledNode, CompiledPlan};
use super::declaration::Declaration;
use super::graph::{Edge, EdgeKind};
use super::message::Message;
pub use room::Room;
use room::{Frame, NO_ROUND, UNPLACED, Visit};

/// How many components one compiled plan may have.
pub const MAX_NODES: usize = 1 << 13;
/// How deep a chain of dependencies may be before the compiler's own limit on const evaluation is near.
pub const MAX_DEPTH: usize = 100;

/// How large a graph is, as a first walk found it.
#[derive(Clone, Copy, Debug)]
pub struct Size {
    /// How many components.
    pub nodes: usize,
    /// How many slots their hash table wants.
    pub slots: usize,
    /// How many edges.
    pub edges: usize,
    /// The longest chain.
    pub depth: usize,
    /// How many cycles and unknown groups, and one more if a chain is too deep.
    pub findings: usize,
}

/// Walks the graph of components in const evaluation.
///
/// Each component's `depends_on` function calls [`enter`](Self::enter) with its own declaration, then `depends_on` of
/// each dependency, then [`leave`](Self::leave):
///
/// ```
/// use lifecycle::plan::{Declaration, Visitor};
/// use lifecycle::Component;
/// # struct Settings;
/// # impl Component for Settings {
/// #     type Itself = Self;
/// #     const DECLARATION: &'static Declaration = &Declaration::resource("Settings", module_path!(), line!(), column!());
/// # }
/// # impl Settings {
/// #     pub const fn depends_on(visitor: &mut Visitor<'_>) {
/// #         if visitor.enter(<Self as Component>::DECLARATION) {
/// #             visitor.leave();
/// #         }
/// #     }
/// # }
/// struct Database;
///
/// impl Component for Database {
///     type Itself = Self;
///     const DECLARATION: &'static Declaration = &Declaration::resource("Database", module_path!(), line!(), column!());
/// }
///
/// impl Database {
///     pub const fn depends_on(visitor: &mut Visitor<'_>) {
///         if visitor.enter(<Self as Component>::DECLARATION) {
///             Settings::depends_on(visitor);
///             visitor.leave();
///         }
///     }
/// }
///
/// let plan = lifecycle::plan![Database];
/// assert_eq!(plan.nodes()[0].name(), "Settings");
/// ```
#[derive(Debug)]
pub struct Visitor<'a> {
    slots: &'a mut [u32],
    nodes: &'a mut [Visit],
    edges: &'a mut [(u32, Edge)],
    stack: &'a mut [Frame],
    depth: usize,
    deepest: usize,
    base: usize,
    /// The node on top of the stack, and the round that found it; without one, no round.
    parent: usize,
    opened: u32,
    /// What the next `enter` is to its caller.
    pending: EdgeKind,
    round: u32,
    /// Whether this round left late edges to the next one.
    more: bool,
    found: usize,
    placed: usize,
    linked: usize,
    findings: usize,
    report: usize,
    /// The groups of health that the app has, if it says.
    groups: Option<&'static [&'static str]>,
    /// Whether a chain was too deep.
    deep: bool,
    /// Whether that is the finding to report.
    halted: bool,
}

impl Visitor<'_> {
    /// Begins the next round over the roots; false when the graph is complete.
    ///
    /// # Panics
    ///
    /// In const evaluation, when the round before it met a chain deeper than the room: here, because from the end of
    /// the chain rustc would show every step of it.
    #[track_caller]
    pub const fn round(&mut self) -> bool {
        if self.halted {
            self.too_deep_panic();
        }
        if self.round > 0 && !self.more {
            return false;
        }
        self.round += 1;
        self.more = false;
        true
    }

    /// Says who is being visited, and whether its dependencies want visiting.
    ///
    /// Where it is true, [`leave`](Self::leave) must follow; where it is false, it must not.
    ///
    /// # Panics
    ///
    /// In const evaluation, with a message that rustc shows: on a dependency cycle, and when there are more components
    /// than a compiled plan holds.
    #[track_caller]
    pub const fn enter(&mut self, declaration: &'static Declaration) -> bool {
        // Each step here is taken once for each edge of the graph, in const evaluation: the path of a component that
        // was visited before is as short as it can be.
        let kind = self.pending;
        self.pending = EdgeKind::Hard;
        let orders = !matches!(kind, EdgeKind::Late);
        let node = self.find(declaration);
        let Visit {
            on_stack, entered, ..
        } = self.nodes[node];
        // Ordering edges are recorded in the parent's first round, late ones in the round after it.
        if orders && self.opened == self.round || !orders && self.opened + 1 == self.round {
            if orders && on_stack as usize > self.base {
                self.cycle(node);
                return false;
            }
            // The walk that counts has no room for edges.
            if self.linked < self.edges.len() {
                let to = node as u32;
                self.edges[self.linked] = (self.parent as u32, Edge { to, kind });
            }
            self.linked += 1;
        }
        if self.depth == 0 {
            self.nodes[node].root = true;
        }
        if entered == self.round || on_stack > 0 {
            return false;
        }
        if self.halted || self.depth == self.stack.len() {
            self.too_deep(node);
            return false;
        }
        self.push(node, orders);
        true
    }

    /// Makes the next dependency an optional one.
    pub const fn optional(&mut self) {
        self.pending = EdgeKind::Optional;
    }

    /// Makes the next dependency a late one; false when it is not to be visited in this round.
    ///
    /// # Panics
    ///
    /// If no component is being visited: it belongs between [`enter`](Self::enter) and [`leave`](Self::leave).
    pub const fn late(&mut self) -> bool {
        if self.depth == 0 {
            panic!("`late` belongs between `enter` and `leave`");
        }
        if self.opened == self.round {
            self.more = true;
            return false;
        }
        self.pending = EdgeKind::Late;
        true
    }

    /// Says that all dependencies have been visited.
    ///
    /// # Panics
    ///
    /// If no component is being visited: each call belongs to one [`enter`](Self::enter) that was true.
    pub const fn leave(&mut self) {
        self.depth -= 1;
        let Frame { node, base } = self.stack[self.depth];
        self.base = base as usize;
        let visit = &mut self.nodes[node as usize];
        visit.on_stack = 0;
        if visit.position == UNPLACED {
            visit.position = self.placed as u32;
            self.placed += 1;
        }
        if self.depth == 0 {
            self.opened = NO_ROUND;
        } else {
            self.parent = self.stack[self.depth - 1].node as usize;
            self.opened = self.nodes[self.parent].opened;
        }
    }

    /// How large the graph turned out to be.
    pub const fn size(&self) -> Size {
        let mut slots = 2;
        while slots < self.found * 2 {
            slots *= 2;
        }
        Size {
            nodes: self.found,
            slots,
            edges: self.linked,
            depth: self.deepest,
            findings: self.findings,
        }
    }

    /// The plan that the walk found.
    pub const fn finish<const N: usize, const E: usize>(&self) -> CompiledPlan<N, E> {
        let mut nodes = [CompiledNode::EMPTY; N];
        let mut degree = [0u32; N];
        let mut i = 0;
        while i < N {
            let visit = self.nodes[i];
            let node = &mut nodes[visit.position as usize];
            node.declaration = visit.declaration();
            node.root = visit.root;
            i += 1;
        }
        let mut e = 0;
        while e < E {
            degree[self.nodes[self.edges[e].0 as usize].position as usize] += 1;
            e += 1;
        }
        let mut next = 0;
        let mut i = 0;
        while i < N {
            nodes[i].edges = (next, next);
            next += degree[i];
            i += 1;
        }
        let mut edges = [Edge {
            to: 0,
            kind: EdgeKind::Hard,
        }; E];
        let mut e = 0;
        while e < E {
            let (from, edge) = self.edges[e];
            let from = &mut nodes[self.nodes[from as usize].position as usize];
            edges[from.edges.1 as usize] = Edge {
                to: self.nodes[edge.to as usize].position,
                kind: edge.kind,
            };
            from.edges.1 += 1;
            e += 1;
        }
        // Dependencies stand before their dependents, so one pass ranks all.
        let mut i = 0;
        while i < N {
            let mut e = nodes[i].edges.0 as usize;
            while e < nodes[i].edges.1 as usize {
                let edge = edges[e];
                if edge.kind.orders() && nodes[edge.to as usize].rank >= nodes[i].rank {
                    nodes[i].rank = nodes[edge.to as usize].rank + 1;
                }
                e += 1;
            }
            i += 1;
        }
        CompiledPlan { nodes, edges }
    }

    /// The number of the component, a new one if it has not been seen.
    #[track_caller]
    const fn find(&mut self, declaration: &'static Declaration) -> usize {
        let id = declaration.id;
        let mask = self.slots.len() - 1;
        let mut at = id as usize & mask;
        loop {
            let slot = self.slots[at] as usize;
            if slot == 0 {
                break;
            }
            if self.nodes[slot - 1].id == id {
                return slot - 1;
            }
            at = (at + 1) & mask;
        }
        if self.found == self.nodes.len() {
            too_many_panic();
        }
        let node = self.found;
        self.found += 1;
        self.slots[at] = self.found as u32;
        let visit = &mut self.nodes[node];
        visit.declaration = Some(declaration);
        visit.id = id;
        visit.opened = self.round;
        node
    }

    const fn push(&mut self, node: usize, orders: bool) {
        self.stack[self.depth] = Frame {
            node: node as u32,
            base: self.base as u32,
        };
        if !orders {
            self.base = self.depth;
        }
        self.depth += 1;
        if self.depth > self.deepest {
            self.deepest = self.depth;
        }
        let visit = &mut self.nodes[node];
        visit.entered = self.round;
        visit.on_stack = self.depth as u32;
        self.parent = node;
        self.opened = visit.opened;
    }

    /// Leaves out what is below a chain as long as the room is deep: one finding, however many there are.
    const fn too_deep(&mut self, node: usize) {
        if self.nodes[node].position == UNPLACED {
            self.nodes[node].position = self.placed as u32;
            self.placed += 1;
        }
        if self.deep {
            return;
        }
        self.deep = true;
        self.findings += 1;
        self.halted = self.findings - 1 == self.report;
    }

    /// After `halted`, nobody is pushed, so the whole chain still lies in `stack`.
    #[track_caller]
    const fn too_deep_panic(&self) {
        let limit = self.stack.len();
        let mut message = Message::new()
            .text("a chain of dependencies is longer than ")
            .number(limit as u128)
            .text(" components: ");
        let mut i = 0;
        while i < limit {
            if limit > 6 && i == 3 {
                message = message.text("... -> ");
                i = limit - 2;
            }
            let visit = self.nodes[self.stack[i].node as usize];
            message = message.text(visit.declaration().name).text(" -> ");
            i += 1;
        }
        let message = message
            .text("...; write `#![recursion_limit = \"")
            .number(limit as u128 * 4);
        let message = message
            .text("\"]` at the top of the crate and `max_depth = ")
            .number(limit as u128 * 3);
        let message = message.text("` here");
        panic!("{}", message.as_str());
    }

    /// Counts a cycle that ends at `node`, and panics if it is the one to report.
    #[track_caller]
    const fn cycle(&mut self, node: usize) {
        self.findings += 1;
        if self.findings - 1 != self.report {
            return;
        }
        let name = self.nodes[node].declaration().name;
        let mut message = Message::new().text("dependency cycle: ");
        let mut i = self.nodes[node].on_stack as usize - 1;
        while i < self.depth {
            let visit = self.nodes[self.stack[i].node as usize];
            message = message.text(visit.declaration().name).text(" -> ");
            i += 1;
        }
        let message = message
            .text(name)
            .text("; where a handle is enough, write `late(..)` around one of them");
        panic!("{}", message.as_str());
    }
}

#[track_caller]
const fn too_many_panic() {
    let message = Message::new()
        .text("a compiled plan holds at most ")
        .number(MAX_NODES as u128);
    let message = message.text(" components; put larger ones together with `Plan::builder()`");
    panic!("{}", message.as_str());
}
