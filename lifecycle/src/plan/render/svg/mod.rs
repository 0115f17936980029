//! A drawing: waves from left to right.

mod columns;
mod draw;
mod layout;
mod legend;

use std::collections::HashSet;

use super::label::{labels, labels_of};
use crate::plan::{Declaration, EdgeKind, Kind, Plan, PlanBuilder};

/// What is drawn: a plan, or a set of components of which none can be made.
struct Graph<'a> {
    nodes: Vec<Node<'a>>,
    edges: Vec<Edge>,
}

struct Node<'a> {
    name: &'a str,
    label: String,
    kind: Kind,
    optional: bool,
    rank: usize,
}

#[derive(Clone, Copy)]
struct Edge {
    from: usize,
    to: usize,
    kind: EdgeKind,
    /// It is one of the loop.
    looped: bool,
}

impl<'a> Node<'a> {
    fn new(name: &'a str, label: String, declaration: &Declaration, rank: usize) -> Self {
        Self {
            name,
            label,
            kind: declaration.kind,
            optional: declaration.policy.optional,
            rank,
        }
    }
}

impl Plan {
    /// The plan as an SVG drawing: the start waves from left to right, and an arrow from each component to what it needs.
    ///
    /// A resource is round, a service a box, a worker pool a box with bars, `main` has a double border, and the border of a
    /// component that may fail is dashed; each kind has a colour too. Optional edges are dashed, late ones dotted, and a
    /// legend says so. The drawing follows the reader's preference for light or dark, needs nothing but itself, and may be a
    /// file of its own or stand in a page: its styles hold for the class `lifecycle-plan` alone.
    ///
    /// The group of a component has the class of its [kind](Kind::as_str), the id `n` with its index in the plan, and its name
    /// in `data-component`; within, the class `shape` is what to colour. An edge has the class of its kind, and in
    /// `data-from` and `data-to` the ids of the components. A name that is too long is shortened and stands whole in the
    /// tooltip.
    ///
    /// Time and size are nearly proportional to the number of components and edges.
    ///
    /// # Examples
    ///
    /// ```
    /// use lifecycle::plan::{Declaration, EdgeKind, Plan};
    ///
    /// let mut plan = Plan::builder();
    /// let cache = plan.add(Declaration::resource("Cache", "feeds", 1, 1));
    /// let feed = plan.add(Declaration::service("Feed", "feeds", 2, 1));
    /// plan.depend(feed, cache, EdgeKind::Hard);
    ///
    /// let svg = plan.build()?.to_svg();
    /// assert!(svg.contains(r#"<g id="n1" class="node service" data-component="Feed">"#));
    /// assert!(svg.contains(r#"<g class="edge hard" data-from="n1" data-to="n0">"#));
    /// # Ok::<(), lifecycle::plan::PlanError>(())
    /// ```
    #[must_use]
    pub fn to_svg(&self) -> String {
        let nodes = self.nodes().iter().zip(labels(self));
        let nodes = nodes.map(|(node, label)| {
            let rank = node.rank() as usize;
            Node::new(node.name(), label, node.declaration(), rank)
        });
        let edges = (0..self.len()).flat_map(|from| {
            let edges = self.dependencies(from).iter();
            edges.map(move |edge| Edge {
                from,
                to: edge.to as usize,
                kind: edge.kind,
                looped: false,
            })
        });
        Graph {
            nodes: nodes.collect(),
            edges: edges.collect(),
        }
        .draw()
    }
}

impl PlanBuilder {
    /// The components as [`Plan::to_svg`] draws them, whether or not they make a plan: of a set with a dependency cycle, the
    /// loop that [`build`](Self::build) names is red and bold.
    ///
    /// The components are numbered in the order in which they were added. A dependency on what is not there is left out.
    ///
    /// # Examples
    ///
    /// ```
    /// use lifecycle::plan::{Declaration, EdgeKind, Plan};
    ///
    /// let mut plan = Plan::builder();
    /// let cache = plan.add(Declaration::resource("Cache", "feeds", 1, 1));
    /// let feed = plan.add(Declaration::service("Feed", "feeds", 2, 1));
    /// plan.depend(feed, cache, EdgeKind::Hard);
    /// plan.depend(cache, feed, EdgeKind::Hard);
    ///
    /// let svg = plan.to_svg();
    /// assert!(svg.contains(r#"<g class="edge hard loop" data-from="n1" data-to="n0">"#));
    /// assert_eq!(
    ///     plan.build().unwrap_err().to_string(),
    ///     "dependency cycle: Cache -> Feed -> Cache",
    /// );
    /// ```
    #[must_use]
    pub fn to_svg(&self) -> String {
        let mut all = self.clone();
        all.fulfil_known();
        all.graph().draw()
    }

    fn graph(&self) -> Graph<'_> {
        let looped = self.order().err().unwrap_or_default();
        let looped: HashSet<_> = looped.windows(2).map(|step| (step[0], step[1])).collect();
        let ranks = self.ranks();
        let members = self.members.iter();
        let labels = labels_of(members.map(|it| (it.name(), it.declaration().module)));
        let nodes = self.members.iter().zip(labels).zip(ranks);
        let nodes = nodes.map(|((member, label), rank)| {
            Node::new(member.name(), label, member.declaration(), rank)
        });
        let edges = self.edges.iter().enumerate().flat_map(|(from, edges)| {
            let looped = &looped;
            edges.iter().map(move |edge| Edge {
                from,
                to: edge.to as usize,
                kind: edge.kind,
                looped: edge.kind.orders() && looped.contains(&(from, edge.to as usize)),
            })
        });
        Graph {
            nodes: nodes.collect(),
            edges: edges.collect(),
        }
    }

    /// The waves as they would be without the edges that close a loop.
    fn ranks(&self) -> Vec<usize> {
        let mut closing = HashSet::new();
        let order = self.walk(|open, to| {
            closing.extend(open.last().map(|&(from, _)| (from, to)));
        });
        let mut ranks = vec![0; order.len()];
        for from in order {
            let below = self.edges[from].iter().filter(|edge| edge.kind.orders());
            let below = below.map(|edge| edge.to as usize);
            let below = below.filter(|to| !closing.contains(&(from, *to)));
            ranks[from] = below.map(|to| ranks[to] + 1).max().unwrap_or(0);
        }
        ranks
    }
}

#[cfg(test)]
mod tests;
