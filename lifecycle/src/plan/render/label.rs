//! What a component and an edge are called in a picture.

use std::collections::HashMap;

use crate::plan::{EdgeKind, Plan};
use crate::text::visible;

/// One label for each component: its name, made longer where another component has the same one.
pub(super) fn labels(plan: &Plan) -> Vec<String> {
    let members = plan.nodes().iter();
    labels_of(members.map(|node| (node.name(), node.declaration().module)))
}

/// The same for components by name and module.
pub(super) fn labels_of<'a>(members: impl Iterator<Item = (&'a str, &'a str)>) -> Vec<String> {
    let long = |(name, module): (&str, &str)| match module {
        "" => name.to_owned(),
        module => format!("{module}::{name}"),
    };
    let all: Vec<(String, String)> = members
        .map(|member| (member.0.to_owned(), long(member)))
        .collect();
    let short_count = count(all.iter().map(|(short, _)| short.as_str()));
    let long_count = count(all.iter().map(|(_, long)| long.as_str()));
    let label = |(index, (short, long)): (usize, &(String, String))| {
        if short_count[short.as_str()] == 1 {
            visible(short).into_owned()
        } else if long_count[long.as_str()] == 1 {
            visible(long).into_owned()
        } else {
            format!("{} #{index}", visible(long))
        }
    };
    all.iter().enumerate().map(label).collect()
}

fn count<'a>(names: impl Iterator<Item = &'a str>) -> HashMap<&'a str, usize> {
    let mut count = HashMap::new();
    for name in names {
        *count.entry(name).or_insert(0) += 1;
    }
    count
}

/// The word for what an edge means.
pub(super) fn word(kind: EdgeKind) -> &'static str {
    match kind {
        EdgeKind::Hard => "hard",
        EdgeKind::Optional => "optional",
        EdgeKind::Late => "late",
    }
}
