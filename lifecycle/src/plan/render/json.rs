//! JSON for scripts and tools, written by hand so that it costs no dependency.

use std::fmt::{self, Display, Write};
use std::time::Duration;

use super::label::word;
use super::order::{start_waves, stop_waves};
use crate::plan::{Edge, Plan};

impl Plan {
    /// The plan as JSON, one component on each line.
    ///
    /// `id` is the index in start order; `dependencies`, `start_waves` and `stop_order` refer to it. `stop_order` is a
    /// list of waves too: a component stops when all its dependents are down. Times are milliseconds, rounded up.
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
    /// let json: serde_json::Value = serde_json::from_str(&plan.build()?.to_json())?;
    /// assert_eq!(json["nodes"][1]["name"], "Feed");
    /// assert_eq!(json["nodes"][1]["dependencies"][0]["kind"], "hard");
    /// assert_eq!(json["stop_order"], serde_json::json!([[1], [0]]));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn to_json(&self) -> String {
        let mut out = String::from("{\n  \"nodes\": [");
        for index in 0..self.len() {
            out.push_str(if index == 0 { "\n    " } else { ",\n    " });
            self.push_json_node(&mut out, index);
        }
        out.push_str(if self.is_empty() { "],\n" } else { "\n  ],\n" });
        let waves = |waves: Vec<Vec<usize>>| list(waves.into_iter().map(list));
        let _ = write!(
            out,
            "  \"start_waves\": {},\n  \"stop_order\": {}\n}}\n",
            waves(start_waves(self)),
            waves(stop_waves(self))
        );
        out
    }

    fn push_json_node(&self, out: &mut String, index: usize) {
        let node = &self.nodes()[index];
        let declaration = node.declaration();
        let policy = &declaration.policy;
        let dependency = |edge: &Edge| {
            format!(
                r#"{{"id": {}, "name": {}, "kind": "{}"}}"#,
                edge.to,
                Text(self.nodes()[edge.to as usize].name()),
                word(edge.kind)
            )
        };
        let _ = write!(
            out,
            r#"{{"id": {index}, "name": {}, "module": {}, "kind": "{}", "root": {}, "optional": {}, "rank": {}, "#,
            Text(node.name()),
            Text(declaration.module),
            declaration.kind.as_str(),
            node.is_root(),
            policy.optional,
            node.rank(),
        );
        let _ = write!(
            out,
            r#""dependencies": {}, "start_timeout_ms": {}, "stop_timeout_ms": {}}}"#,
            list(self.dependencies(index).iter().map(dependency)),
            millis(policy.start_timeout),
            millis(policy.stop_timeout),
        );
    }
}

fn list(items: impl IntoIterator<Item = impl Display>) -> String {
    let items = items.into_iter().map(|item| item.to_string());
    format!("[{}]", items.collect::<Vec<_>>().join(", "))
}

fn millis(time: Duration) -> u128 {
    time.as_nanos().div_ceil(1_000_000)
}

/// A JSON string.
struct Text<'s>(&'s str);

impl Display for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_char('"')?;
        for c in self.0.chars() {
            match c {
                '"' => f.write_str("\\\"")?,
                '\\' => f.write_str("\\\\")?,
                '\n' => f.write_str("\\n")?,
                '\r' => f.write_str("\\r")?,
                '\t' => f.write_str("\\t")?,
                '\0'..='\x1f' => write!(f, "\\u{:04x}", u32::from(c))?,
                _ => f.write_char(c)?,
            }
        }
        f.write_char('"')
    }
}
