//! A plan put together at run time, with the same order and the same findings as a compiled one.

use std::collections::HashSet;
use std::fmt;
use std::sync::Arc;

use thiserror::Error;

use super::declaration::{Code, Declaration};
use super::dependency::{Dependency, Whom};
use super::graph::{Declared, Edge, EdgeKind, Node, Plan};
use super::message::hash;

/// A component that a [`PlanBuilder`] holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PlanNode(usize);

/// Why components do not make a plan.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum PlanError {
    /// One declaration was added more than once, so that it would not be clear who is meant.
    #[error("`{name}` is in the plan twice")]
    Repeated {
        /// The name of the component.
        name: String,
    },
    /// A component depends on one that is not there.
    #[error("`{name}` depends on `{dependency}`, which is not there")]
    Unknown {
        /// The name of the component.
        name: String,
        /// The name of what it depends on.
        dependency: String,
    },
    /// Components depend on each other in a loop. `PlanBuilder::to_svg` (feature `svg`) draws it.
    #[error("dependency cycle: {}", path.join(" -> "))]
    Cycle {
        /// The names along the loop; the last is the first again.
        path: Vec<String>,
    },
}

/// Puts a [`Plan`] together at run time.
///
/// ```
/// use lifecycle::plan::{Declaration, EdgeKind, Plan};
///
/// let mut plan = Plan::builder();
/// let cache = plan.add(Declaration::resource("Cache", "feeds", 0, 0));
/// let feed = plan.add(Declaration::service("Feed", "feeds", 1, 0));
/// plan.depend(feed, cache, EdgeKind::Hard);
///
/// let plan = plan.build()?;
/// assert_eq!(plan.nodes()[0].name(), "Cache");
/// # Ok::<(), lifecycle::plan::PlanError>(())
/// ```
#[derive(Clone, Default)]
#[must_use = "a builder does nothing until `build` is called"]
pub struct PlanBuilder {
    pub(super) members: Vec<Declared>,
    pub(super) edges: Vec<Vec<Edge>>,
    /// Dependencies that are found when all members are there.
    pub(super) wishes: Vec<(usize, Dependency)>,
}

impl PlanBuilder {
    /// Adds a component: what it declares, or a copy of that.
    pub fn add(&mut self, declaration: impl Into<Declaration>) -> PlanNode {
        self.push(declaration.into(), None)
    }

    pub(crate) fn add_made(
        &mut self,
        mut declaration: Declaration,
        name: String,
        code: Arc<Code>,
        wishes: Vec<Dependency>,
    ) -> PlanNode {
        declaration.id = hash("", &name, u32::MAX, self.members.len() as u32);
        let node = self.push(declaration, Some((name, code)));
        let wishes = wishes.into_iter().map(|wish| (node.0, wish));
        self.wishes.extend(wishes);
        node
    }

    fn push(&mut self, declaration: Declaration, own: Option<(String, Arc<Code>)>) -> PlanNode {
        self.members.push(Declared::made(declaration, own));
        self.edges.push(Vec::new());
        PlanNode(self.members.len() - 1)
    }

    pub(super) fn name(&self, node: usize) -> String {
        self.members[node].name().to_owned()
    }

    /// Makes `from` depend on `to`. Said twice, the first word stands.
    ///
    /// # Panics
    ///
    /// If a node is from another builder and has no match here.
    #[track_caller]
    pub fn depend(&mut self, from: PlanNode, to: PlanNode, kind: EdgeKind) {
        assert!(
            to.0 < self.edges.len(),
            "the dependency is a node of another plan"
        );
        self.connect(from.0, to.0, kind);
    }

    fn connect(&mut self, from: usize, to: usize, kind: EdgeKind) {
        let edge = Edge {
            to: to as u32,
            kind,
        };
        if self.edges[from].iter().all(|known| known.to != edge.to) {
            self.edges[from].push(edge);
        }
    }

    /// Finds the dependencies that were named.
    fn fulfil(&mut self) -> Result<(), PlanError> {
        for (from, wish) in std::mem::take(&mut self.wishes) {
            let Some(to) = self.whom(&wish) else {
                return Err(PlanError::Unknown {
                    name: self.name(from),
                    dependency: wish.name().to_owned(),
                });
            };
            self.connect(from, to, wish.kind);
        }
        Ok(())
    }

    /// Finds those that there are.
    #[cfg(feature = "svg")]
    pub(super) fn fulfil_known(&mut self) {
        for (from, wish) in std::mem::take(&mut self.wishes) {
            if let Some(to) = self.whom(&wish) {
                self.connect(from, to, wish.kind);
            }
        }
    }

    /// The component that a dependency names.
    fn whom(&self, wish: &Dependency) -> Option<usize> {
        self.members.iter().position(|member| match &wish.whom {
            Whom::Named(name) => member.name() == name,
            Whom::Declared(id, _) => member.declaration().id == *id,
        })
    }

    /// Orders the components. Those on which nobody depends are the roots; a late handle does not count.
    ///
    /// # Errors
    ///
    /// [`PlanError::Repeated`] if a declaration was added twice; [`PlanError::Unknown`] if one depends on what is not there;
    /// [`PlanError::Cycle`] with the names along the first loop.
    pub fn build(self) -> Result<Plan, PlanError> {
        let (mut nodes, edges) = self.lay_out()?;
        for edge in edges.iter().filter(|edge| edge.kind.orders()) {
            nodes[edge.to as usize].root = false;
        }
        Ok(Plan::new(nodes, edges))
    }

    /// All components in order, as if each were a root.
    pub(super) fn lay_out(mut self) -> Result<(Vec<Node>, Vec<Edge>), PlanError> {
        self.fulfil()?;
        let mut ids = HashSet::with_capacity(self.members.len());
        let mut nodes = self.members.iter().enumerate();
        if let Some((node, _)) = nodes.find(|(_, member)| !ids.insert(member.declaration().id)) {
            return Err(PlanError::Repeated {
                name: self.name(node),
            });
        }
        let order = self.order().map_err(|looped| self.cycle(&looped))?;
        let mut position = vec![0u32; order.len()];
        for (at, &node) in order.iter().enumerate() {
            position[node] = at as u32;
        }
        let mut nodes: Vec<Node> = Vec::with_capacity(order.len());
        let mut edges = Vec::new();
        for &node in &order {
            let begin = edges.len() as u32;
            let mut rank = 0;
            for edge in &self.edges[node] {
                let edge = Edge {
                    to: position[edge.to as usize],
                    kind: edge.kind,
                };
                if edge.kind.orders() {
                    rank = rank.max(nodes[edge.to as usize].rank + 1);
                }
                edges.push(edge);
            }
            nodes.push(Node {
                declared: self.members[node].clone(),
                edges: (begin, edges.len() as u32),
                rank,
                root: true,
            });
        }
        Ok((nodes, edges))
    }

    /// The components in start order; or the first loop, whose last is the first again.
    pub(super) fn order(&self) -> Result<Vec<usize>, Vec<usize>> {
        let mut found = None;
        let order = self.walk(|open, to| {
            found.get_or_insert_with(|| {
                let open = open.iter().map(|&(node, _)| node);
                let looped = open.skip_while(|&node| node != to);
                looped.chain([to]).collect()
            });
        });
        found.map_or(Ok(order), Err)
    }

    /// Post-order over the ordering edges, without recursion. An edge that closes a loop is told, with all that is open above
    /// it and with where it leads, and not followed.
    pub(super) fn walk(&self, mut closed: impl FnMut(&[(usize, usize)], usize)) -> Vec<usize> {
        #[derive(Clone, Copy, PartialEq)]
        enum Mark {
            New,
            Open,
            Done,
        }
        let mut marks = vec![Mark::New; self.edges.len()];
        let mut order = Vec::with_capacity(self.edges.len());
        let mut stack: Vec<(usize, usize)> = Vec::new();
        for root in 0..self.edges.len() {
            if marks[root] != Mark::New {
                continue;
            }
            marks[root] = Mark::Open;
            stack.push((root, 0));
            while let Some((node, next)) = stack.last_mut() {
                let node = *node;
                let Some(edge) = self.edges[node].get(*next) else {
                    marks[node] = Mark::Done;
                    order.push(node);
                    stack.pop();
                    continue;
                };
                *next += 1;
                let to = edge.to as usize;
                match marks[to] {
                    _ if !edge.kind.orders() => {}
                    Mark::New => {
                        marks[to] = Mark::Open;
                        stack.push((to, 0));
                    }
                    Mark::Open => closed(&stack, to),
                    Mark::Done => {}
                }
            }
        }
        order
    }

    fn cycle(&self, looped: &[usize]) -> PlanError {
        PlanError::Cycle {
            path: looped.iter().map(|&node| self.name(node)).collect(),
        }
    }
}

impl Plan {
    /// Begins a plan that is put together at run time.
    pub fn builder() -> PlanBuilder {
        PlanBuilder::default()
    }
}

impl fmt::Debug for PlanBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list()
            .entries((0..self.members.len()).map(|node| self.name(node)))
            .finish()
    }
}

#[cfg(test)]
mod tests;
