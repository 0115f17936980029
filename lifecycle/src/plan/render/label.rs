//! What a component and an edge are called in a picture.

use std::borrow::Cow;
use std::collections::HashMap;

use crate::plan::{EdgeKind, Plan};

/// One label for each component: its name, made longer where another component has the same one.
pub(super) fn labels(plan: &Plan) -> Vec<String> {
    let short = |index: usize| plan.nodes()[index].name().to_owned();
    let long = |index: usize| {
        let node = &plan.nodes()[index];
        match node.declaration().module {
            "" => node.name().to_owned(),
            module => format!("{module}::{}", node.name()),
        }
    };
    let short = (0..plan.len()).map(short).collect::<Vec<_>>();
    let long = (0..plan.len()).map(long).collect::<Vec<_>>();
    let (short_count, long_count) = (count(&short), count(&long));
    let label = |index: usize| {
        if short_count[&*short[index]] == 1 {
            visible(&short[index]).into_owned()
        } else if long_count[&*long[index]] == 1 {
            visible(&long[index]).into_owned()
        } else {
            format!("{} #{index}", visible(&long[index]))
        }
    };
    (0..plan.len()).map(label).collect()
}

fn count(names: &[String]) -> HashMap<&str, usize> {
    let mut count = HashMap::new();
    for name in names {
        *count.entry(name.as_str()).or_insert(0) += 1;
    }
    count
}

/// A name of a component made at run time may hold anything; a line break or a terminal code is shown, not obeyed.
fn visible(name: &str) -> Cow<'_, str> {
    if !name.contains(char::is_control) {
        return Cow::Borrowed(name);
    }
    let mut out = String::with_capacity(name.len() + 8);
    for c in name.chars() {
        if c.is_control() {
            out.extend(c.escape_default());
        } else {
            out.push(c);
        }
    }
    Cow::Owned(out)
}

/// The word for what an edge means.
pub(super) fn word(kind: EdgeKind) -> &'static str {
    match kind {
        EdgeKind::Hard => "hard",
        EdgeKind::Optional => "optional",
        EdgeKind::Late => "late",
    }
}
