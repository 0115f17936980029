//! A Mermaid flowchart, which code hosts and wikis draw.

use std::fmt::Write;

use super::label::{labels, word};
use crate::plan::{EdgeKind, Kind, Plan};

impl Plan {
    /// The plan as a [Mermaid](https://mermaid.js.org) flowchart, dependencies below what needs them.
    ///
    /// A service is a box, a resource is round, `main` is a stadium, and a component that may fail has a dashed border.
    /// Optional edges are dashed, late ones dotted; both say so.
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
    /// assert_eq!(plan.build()?.to_mermaid(), r#"flowchart TD
    ///     n0("Cache"):::resource
    ///     n1["Feed"]:::service
    ///     n1 --> n0
    /// "#);
    /// # Ok::<(), lifecycle::plan::PlanError>(())
    /// ```
    pub fn to_mermaid(&self) -> String {
        let mut out = String::from("flowchart TD\n");
        for (index, label) in labels(self).iter().enumerate() {
            let declaration = self.nodes()[index].declaration();
            let (open, close) = match declaration.kind {
                Kind::Resource => ("(", ")"),
                Kind::Service => ("[", "]"),
                Kind::WorkerPool => ("[[", "]]"),
                Kind::Main => ("([", "])"),
            };
            let class = match declaration.policy.optional {
                true => "optional",
                false => declaration.kind.as_str(),
            };
            let label = escape(label);
            push(
                &mut out,
                format_args!("n{index}{open}\"{label}\"{close}:::{class}"),
            );
        }
        self.push_mermaid_edges(&mut out);
        if self
            .nodes()
            .iter()
            .any(|node| node.declaration().policy.optional)
        {
            push(
                &mut out,
                format_args!("classDef optional stroke-dasharray: 6 4"),
            );
        }
        out
    }

    fn push_mermaid_edges(&self, out: &mut String) {
        let mut dashed = Vec::new();
        let mut count = 0_usize;
        for from in 0..self.len() {
            for edge in self.dependencies(from) {
                let (to, word) = (edge.to, word(edge.kind));
                match edge.kind {
                    EdgeKind::Hard => push(out, format_args!("n{from} --> n{to}")),
                    EdgeKind::Optional => push(out, format_args!("n{from} -->|{word}| n{to}")),
                    EdgeKind::Late => push(out, format_args!("n{from} -.->|{word}| n{to}")),
                }
                if edge.kind == EdgeKind::Optional {
                    dashed.push(count.to_string());
                }
                count += 1;
            }
        }
        if !dashed.is_empty() {
            let dashed = dashed.join(",");
            push(
                out,
                format_args!("linkStyle {dashed} stroke-dasharray: 6 4"),
            );
        }
    }
}

fn push(out: &mut String, line: std::fmt::Arguments<'_>) {
    let _ = writeln!(out, "    {line}");
}

/// Mermaid has no backslash: whatever it could take for its own or for HTML is written as a numbered entity.
fn escape(label: &str) -> String {
    let mut out = String::with_capacity(label.len());
    for c in label.chars() {
        match c {
            '"' | '#' | '&' | '<' | '>' | ';' | '%' | '`' | '{' | '}' | '\\' => {
                let _ = write!(out, "#{};", u32::from(c));
            }
            _ => out.push(c),
        }
    }
    out
}
