//! One file for each system: it starts the graph, stops it, and says how long both took.

pub mod assembly;
pub mod by_hand;
pub mod compiled;
pub mod run_time;
pub mod subsystems;
pub mod typed;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// How long one run of one system took.
#[derive(Clone, Copy, Debug, Default)]
pub struct Sample {
    /// To put together what is started; nothing where the start does that too.
    pub build: Duration,
    /// From the call that starts until everything is up.
    pub start: Duration,
    /// From the call that stops until everything is gone.
    pub stop: Duration,
}

impl Sample {
    /// Start and stop.
    pub fn both(&self) -> Duration {
        self.start + self.stop
    }
}

/// Measures one piece after the other.
struct Watch(Instant);

impl Watch {
    fn begin() -> Self {
        Self(Instant::now())
    }

    fn lap(&mut self) -> Duration {
        let now = Instant::now();
        now - std::mem::replace(&mut self.0, now)
    }
}

/// Proof that a system called every start hook and every stop hook.
#[derive(Clone, Debug, Default)]
pub struct Calls(Arc<Counters>);

#[derive(Debug, Default)]
struct Counters {
    started: AtomicUsize,
    stopped: AtomicUsize,
}

impl Calls {
    /// An empty start hook, but for the proof.
    pub async fn start(&self) {
        self.0.started.fetch_add(1, Ordering::Relaxed);
    }

    /// An empty stop hook, but for the proof.
    pub async fn stop(&self) {
        self.0.stopped.fetch_add(1, Ordering::Relaxed);
    }

    /// How many start hooks have been called.
    pub fn started(&self) -> usize {
        self.0.started.load(Ordering::Relaxed)
    }

    /// Panics unless every component was started and stopped.
    #[track_caller]
    fn check(&self, count: usize) {
        let stopped = self.0.stopped.load(Ordering::Relaxed);
        assert_eq!(
            (self.started(), stopped),
            (count, count),
            "started and stopped"
        );
    }
}

/// The counters of systems whose components are types, and which therefore get no value to count with.
static TYPED: std::sync::LazyLock<Calls> = std::sync::LazyLock::new(Calls::default);

impl Calls {
    fn reset(&self) {
        self.0.started.store(0, Ordering::Relaxed);
        self.0.stopped.store(0, Ordering::Relaxed);
    }
}
