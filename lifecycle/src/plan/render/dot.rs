//! A Graphviz digraph.

use std::fmt::Write;

use super::label::{labels, word};
use crate::plan::{EdgeKind, Kind, Plan};
use crate::text::elide;

/// How many columns of text a name may take: Graphviz refuses strings of more than 16 KiB.
const LONGEST: usize = 500;

impl Plan {
    /// The plan as a Graphviz digraph, for `dot -Tsvg`; dependencies stand below what needs them.
    ///
    /// A service is a box, a resource an ellipse, `main` has a double border, and the border of a component that may
    /// fail is dashed. Optional edges are dashed; late ones are dotted and do not move anything. A name of more than 500
    /// characters is shortened.
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
    /// assert_eq!(plan.build()?.to_dot(), r#"digraph plan {
    ///     n0 [label="Cache", shape=ellipse];
    ///     n1 [label="Feed", shape=box];
    ///     n1 -> n0;
    /// }
    /// "#);
    /// # Ok::<(), lifecycle::plan::PlanError>(())
    /// ```
    pub fn to_dot(&self) -> String {
        let mut out = String::from("digraph plan {\n");
        for (index, label) in labels(self).iter().enumerate() {
            let declaration = self.nodes()[index].declaration();
            let shape = match declaration.kind {
                Kind::Resource => "ellipse",
                Kind::Service => "box",
                Kind::WorkerPool => "box3d",
                Kind::Main => "box, peripheries=2",
            };
            let style = match declaration.policy.optional {
                true => ", style=dashed",
                false => "",
            };
            let label = escape(&elide(label, LONGEST));
            let _ = writeln!(
                out,
                "    n{index} [label=\"{label}\", shape={shape}{style}];"
            );
        }
        for from in 0..self.len() {
            for edge in self.dependencies(from) {
                let (to, word) = (edge.to, word(edge.kind));
                let style = match edge.kind {
                    EdgeKind::Hard => String::new(),
                    EdgeKind::Optional => format!(" [label=\"{word}\", style=dashed]"),
                    EdgeKind::Late => {
                        format!(" [label=\"{word}\", style=dotted, constraint=false]")
                    }
                };
                let _ = writeln!(out, "    n{from} -> n{to}{style};");
            }
        }
        out.push_str("}\n");
        out
    }
}

/// Within quotes, Graphviz reads backslash escapes and HTML entities.
fn escape(label: &str) -> String {
    let mut out = String::with_capacity(label.len());
    for c in label.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '&' => out.push_str("&amp;"),
            // It would stand in its SVG as it is, where XML has no place for it.
            '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            _ => out.push(c),
        }
    }
    out
}
