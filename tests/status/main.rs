//! The status server, over real sockets in real time: what it answers, to whom, and what hostile clients get from it.

#![expect(
    clippy::disallowed_methods,
    reason = "sockets and their clients live in real time"
)]

mod kit;

mod control;
mod document;
mod events;
mod hostile;
mod life;
mod page;
mod paths;
