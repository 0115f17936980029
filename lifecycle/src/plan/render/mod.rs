//! Pictures of a plan: a tree for the terminal, Mermaid, Graphviz and JSON.
//!
//! Each ends with a line break, ready for a file or `print!`, and the same plan always gives the same picture. Nodes
//! are told apart by their index, because two components may have the same name.

mod dot;
mod json;
mod label;
mod mermaid;
mod order;
mod text;

#[cfg(test)]
mod tests;
