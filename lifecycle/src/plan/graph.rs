//! The plan: nodes in start order, with their edges as indices.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use super::declaration::{Code, Declaration};

/// What an edge from a component to one that it depends on means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize),
    serde(rename_all = "snake_case")
)]
#[non_exhaustive]
pub enum EdgeKind {
    /// The dependency must be up first, and the component goes down with it.
    Hard,
    /// The dependency is waited for; if it cannot come up, the component runs without it.
    Optional,
    /// A handle without an order. If the component is one that the app needs, it needs the dependency too.
    Late,
}

impl EdgeKind {
    /// Whether the edge says who comes first.
    pub const fn orders(self) -> bool {
        !matches!(self, Self::Late)
    }
}

/// An edge to a dependency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Edge {
    /// The index of the dependency in the plan.
    pub to: u32,
    /// What the edge means.
    pub kind: EdgeKind,
}

/// What a component says about itself: written down by an attribute, or made at run time.
#[derive(Clone)]
pub(super) enum Declared {
    Written(&'static Declaration),
    Made(Arc<Made>),
}

/// A component that was made at run time, perhaps with a name and code of its own.
pub(super) struct Made {
    pub(super) declaration: Declaration,
    pub(super) own: Option<(String, Arc<Code>)>,
}

impl Declared {
    pub(super) fn made(declaration: Declaration, own: Option<(String, Arc<Code>)>) -> Self {
        Self::Made(Arc::new(Made { declaration, own }))
    }

    pub(super) fn declaration(&self) -> &Declaration {
        match self {
            Self::Written(declaration) => declaration,
            Self::Made(made) => &made.declaration,
        }
    }

    pub(super) fn own(&self) -> Option<&(String, Arc<Code>)> {
        match self {
            Self::Written(_) => None,
            Self::Made(made) => made.own.as_ref(),
        }
    }

    pub(super) fn name(&self) -> &str {
        match self.own() {
            Some((name, _)) => name,
            None => self.declaration().name,
        }
    }

    fn code(&self) -> Option<&Code> {
        match self.own() {
            Some((_, code)) => Some(&**code),
            None => self.declaration().code,
        }
    }
}

/// One component in a plan.
#[derive(Clone)]
pub struct Node {
    pub(super) declared: Declared,
    pub(super) edges: (u32, u32),
    pub(super) rank: u32,
    pub(super) root: bool,
}

impl Node {
    /// What the component declares.
    pub fn declaration(&self) -> &Declaration {
        self.declared.declaration()
    }

    /// The name that people see.
    pub fn name(&self) -> &str {
        self.declared.name()
    }

    pub(crate) fn code(&self) -> Option<&Code> {
        self.declared.code()
    }

    /// The start wave: 0 without dependencies, else one more than the highest among them.
    pub fn rank(&self) -> u32 {
        self.rank
    }

    /// Whether the app named this component itself.
    pub fn is_root(&self) -> bool {
        self.root
    }
}

impl fmt::Debug for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Node")
            .field("name", &self.name())
            .field("rank", &self.rank)
            .finish_non_exhaustive()
    }
}

/// A set of components in start order: every component stands behind all that it depends on.
///
/// `#[lifecycle::app]` and [`plan!`](crate::plan!) have the compiler make one; [`Plan::builder`] makes one at run time.
#[derive(Clone)]
pub struct Plan {
    nodes: Arc<[Node]>,
    edges: Arc<[Edge]>,
}

impl Plan {
    pub(crate) fn empty() -> Self {
        Self::new(Vec::new(), Vec::new())
    }

    pub(super) fn new(nodes: Vec<Node>, edges: Vec<Edge>) -> Self {
        Self {
            nodes: nodes.into(),
            edges: edges.into(),
        }
    }

    /// This plan with one more component, made at run time, that stands behind all others.
    pub(crate) fn and_last(
        &self,
        declaration: Declaration,
        name: &str,
        code: Arc<Code>,
        edges: &[Edge],
    ) -> Self {
        let mut nodes = self.nodes.to_vec();
        let mut all = self.edges.to_vec();
        let begin = all.len() as u32;
        all.extend_from_slice(edges);
        let ranks = edges
            .iter()
            .filter(|edge| edge.kind.orders())
            .map(|edge| nodes[edge.to as usize].rank + 1);
        let rank = ranks.max().unwrap_or(0);
        nodes.push(Node {
            declared: Declared::made(declaration, Some((name.to_owned(), code))),
            edges: (begin, all.len() as u32),
            rank,
            root: true,
        });
        Self::new(nodes, all)
    }

    /// All components, in start order.
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// How many components there are.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// The edges of the component at `index`, to what it depends on.
    ///
    /// # Panics
    ///
    /// If `index` is not below [`len`](Self::len).
    #[track_caller]
    pub fn dependencies(&self, index: usize) -> &[Edge] {
        let (from, to) = self.nodes[index].edges;
        &self.edges[Range {
            start: from as usize,
            end: to as usize,
        }]
    }

    /// The index of the component with this name, the first if there are several.
    pub fn find(&self, name: &str) -> Option<usize> {
        self.nodes.iter().position(|node| node.name() == name)
    }

    /// The start waves: components of one wave need nothing from each other.
    ///
    /// A component does not wait for its wave: it starts the moment its last dependency is up.
    pub fn waves(&self) -> Vec<Vec<&Node>> {
        let count = self
            .nodes
            .iter()
            .map(|node| node.rank as usize + 1)
            .max()
            .unwrap_or(0);
        let mut waves = vec![Vec::new(); count];
        for node in &*self.nodes {
            waves[node.rank as usize].push(node);
        }
        waves
    }
}

impl fmt::Debug for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list()
            .entries(self.nodes.iter().map(Node::name))
            .finish()
    }
}
