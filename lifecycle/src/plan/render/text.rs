//! A tree for the terminal, in plain ASCII.

use super::label::{labels, word};
use super::order::{start_waves, stop_waves, tops};
use crate::plan::{Edge, EdgeKind, Plan};

impl Plan {
    /// The plan as a tree for the terminal: what depends stands above what it depends on.
    ///
    /// A component that has been shown with its dependencies is not expanded again but says `see above`. The lines at
    /// the end tell who starts with whom and who stops with whom; nobody waits for a whole wave, only for what it needs.
    ///
    /// | word | meaning |
    /// |---|---|
    /// | `optional: Cache (resource)` | the component above waits for `Cache`, and runs without it if it cannot come up |
    /// | `late: Scheduler (service)` | a handle without an order; the dependencies of `Scheduler` stand elsewhere |
    /// | `Cache (optional resource)` | the app goes on without `Cache` |
    /// | `(.., root)` | named by the app, although others depend on it too |
    /// | `(.., reached late)` | only a late edge leads here |
    ///
    /// # Examples
    ///
    /// ```
    /// use lifecycle::plan::{Declaration, EdgeKind, Plan};
    ///
    /// let mut plan = Plan::builder();
    /// let settings = plan.add(Declaration::resource("Settings", "shop", 1, 1));
    /// let database = plan.add(Declaration::resource("Database", "shop", 2, 1));
    /// let api = plan.add(Declaration::service("Api", "shop", 3, 1));
    /// plan.depend(database, settings, EdgeKind::Hard);
    /// plan.depend(api, database, EdgeKind::Hard);
    /// plan.depend(api, settings, EdgeKind::Hard);
    ///
    /// assert_eq!(plan.build()?.to_text(), "\
    /// Api (service)
    /// |-- Database (resource)
    /// |   `-- Settings (resource)
    /// `-- Settings (resource)
    ///
    /// start: Settings; then Database; then Api
    /// stop:  Api; then Database; then Settings
    /// ");
    /// # Ok::<(), lifecycle::plan::PlanError>(())
    /// ```
    pub fn to_text(&self) -> String {
        if self.is_empty() {
            return "no components\n".to_owned();
        }
        let mut tree = Tree {
            plan: self,
            labels: labels(self),
            tops: tops(self),
            shown: vec![false; self.len()],
            out: String::new(),
        };
        for index in 0..self.len() {
            if tree.tops[index] {
                tree.show(index);
            }
        }
        let Tree {
            labels, mut out, ..
        } = tree;
        out.push_str("\nstart: ");
        push_waves(&mut out, &labels, &start_waves(self));
        out.push_str("stop:  ");
        push_waves(&mut out, &labels, &stop_waves(self));
        out
    }
}

struct Tree<'p> {
    plan: &'p Plan,
    labels: Vec<String>,
    tops: Vec<bool>,
    /// Which components have been expanded.
    shown: Vec<bool>,
    out: String,
}

impl Tree<'_> {
    /// Prints the tree below one top. Without recursion, because a plan may be deeper than the stack.
    fn show(&mut self, top: usize) {
        let late = !self.plan.nodes()[top].is_root();
        self.push_component(top, if late { ", reached late" } else { "" });
        self.shown[top] = true;
        let mut indent = String::new();
        let mut open = vec![(top, 0)];
        while let Some((index, next)) = open.last_mut() {
            let edges = self.plan.dependencies(*index);
            let Some(&edge) = edges.get(*next) else {
                open.pop();
                indent.truncate(indent.len().saturating_sub(STEP));
                continue;
            };
            *next += 1;
            let last = *next == edges.len();
            self.out.push_str(&indent);
            self.out.push_str(if last { "`-- " } else { "|-- " });
            if self.push_edge(edge) {
                indent.push_str(if last { "    " } else { "|   " });
                open.push((edge.to as usize, 0));
            }
        }
    }

    /// Prints what an edge leads to, and says whether it is to be expanded now.
    fn push_edge(&mut self, edge: Edge) -> bool {
        let to = edge.to as usize;
        if edge.kind != EdgeKind::Hard {
            self.out.push_str(word(edge.kind));
            self.out.push_str(": ");
        }
        let orders = edge.kind.orders();
        let leaf = self.plan.dependencies(to).is_empty();
        let see_above = orders && self.shown[to] && !leaf;
        self.push_component(to, if see_above { ", see above" } else { "" });
        let expand = orders && !self.shown[to];
        self.shown[to] |= expand;
        expand
    }

    fn push_component(&mut self, index: usize, remark: &str) {
        let node = &self.plan.nodes()[index];
        let declaration = node.declaration();
        self.out.push_str(&self.labels[index]);
        self.out.push_str(" (");
        if declaration.policy.optional {
            self.out.push_str("optional ");
        }
        self.out.push_str(declaration.kind.as_str());
        if node.is_root() && !self.tops[index] {
            self.out.push_str(", root");
        }
        self.out.push_str(remark);
        self.out.push_str(")\n");
    }
}

/// How far one level is indented.
const STEP: usize = 4;

fn push_waves(out: &mut String, labels: &[String], waves: &[Vec<usize>]) {
    for (at, wave) in waves.iter().enumerate() {
        if at > 0 {
            out.push_str("; then ");
        }
        let names = wave.iter().map(|&index| labels[index].as_str());
        out.push_str(&names.collect::<Vec<_>>().join(", "));
    }
    out.push('\n');
}
