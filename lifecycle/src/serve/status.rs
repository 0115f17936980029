//! A small HTTP server that shows the app to probes, tools and people.

pub use super::server::Server;
