//! Writes the graph as invocations of a macro, for the systems whose components are types.

use std::fmt::Write;
use std::path::Path;

#[allow(dead_code, unreachable_pub, reason = "the benches use the rest")]
#[path = "src/graph.rs"]
mod graph;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=src/graph.rs");
    let out = std::env::var("OUT_DIR").expect("cargo sets it");
    for count in [10, 100, 1000] {
        let file = Path::new(&out).join(format!("components_{count}.rs"));
        std::fs::write(file, components(count)).expect("it can be written");
    }
}

/// `component!(Name NameHolds [Dependency, ..]);` for each, and `roots!([Root, ..] of [Name, ..]);` at the end.
fn components(count: usize) -> String {
    let names = |nodes: &[usize]| {
        let names: Vec<String> = nodes.iter().map(|node| format!("N{node}")).collect();
        names.join(", ")
    };
    let graph = graph::Graph::new(count);
    let mut text = String::new();
    for (node, dependencies) in graph.dependencies.iter().enumerate() {
        let dependencies = names(dependencies);
        writeln!(text, "component!(N{node} N{node}Holds [{dependencies}]);")
            .expect("it is a string");
    }
    let all: Vec<usize> = (0..count).collect();
    writeln!(
        text,
        "roots!([{}] of [{}]);",
        names(&graph.roots()),
        names(&all)
    )
    .expect("it is a string");
    text
}
