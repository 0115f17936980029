//! What a client may take of the server.

use std::time::Duration;

/// All of them bound memory, or the time for which a client may hold it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    /// Bytes of a request's head.
    pub(super) head: usize,
    /// From the first byte of a head to its last.
    pub(super) head_time: Duration,
    /// From the head of a request until its answer is there; and for who listens, to take what is sent.
    pub(super) request_time: Duration,
    /// From one request to the next, or for taking an answer.
    pub(super) idle_time: Duration,
    pub(super) connections: usize,
    /// Clients of the event stream.
    pub(super) listeners: usize,
}

impl Limits {
    /// The smallest head that hyper can be told.
    pub(super) const LEAST_HEAD: usize = 8 * 1024;

    pub(super) const DEFAULT: Self = Self {
        head: Self::LEAST_HEAD,
        head_time: Duration::from_secs(5),
        request_time: Duration::from_secs(10),
        idle_time: Duration::from_secs(30),
        connections: 256,
        listeners: 32,
    };
}
