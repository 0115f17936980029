//! A small HTTP server that shows the app to probes, tools and people.
//!
//! It is a companion of the app on a thread of its own, with a runtime of its own: what stalls the app does not keep it from
//! answering, and who attacks it takes nothing of the app's threads. All that is rendered is rendered there; the driver only
//! puts small values into the [feed](feed::Feed).

mod answer;
mod bind;
mod connection;
mod control;
mod document;
mod feed;
mod guard;
mod hub;
mod limits;
mod page;
mod probe;
mod route;
mod run;
mod server;
pub mod status;
mod words;
mod workshop;
