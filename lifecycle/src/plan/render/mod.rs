//! Pictures of a plan: a tree for the terminal, Mermaid, Graphviz, SVG and JSON.
//!
//! Each ends with a line break, ready for a file or `print!`, and the same plan always gives the same picture. Nodes
//! are told apart by their index, because two components may have the same name.

mod dot;
mod json;
mod label;
mod mermaid;
mod order;
#[cfg(feature = "svg")]
mod svg;
mod text;

#[cfg(test)]
mod tests;
