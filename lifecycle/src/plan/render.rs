//! Pictures of a plan: text, Mermaid, DOT and JSON.
