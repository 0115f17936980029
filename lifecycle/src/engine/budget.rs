//! The stop budget, laid along the longest chain.
//!
//! A component stops after its dependents and before its dependencies. Below it lies the longest chain of stop
//! timeouts that still has to fit, so its *latest end* is the end of the whole less that chain, scaled down if the
//! longest chain of all does not fit. Whoever begins early has its full timeout; unspent time goes to those behind.

use std::time::Duration;

use super::input::{Key, Moment};
use super::node::{Link, Node};

#[derive(Debug, Default)]
pub(super) struct Budget {
    /// The longest chain of stop timeouts below each component, its own not included.
    below: Vec<Duration>,
    /// The longest chain of all.
    longest: Duration,
    /// When the stop began, and when it must have ended.
    window: Option<(Moment, Moment)>,
}

impl Budget {
    pub(super) fn new(
        nodes: &[Node],
        dependencies: &[Link],
        stop_timeout: impl Fn(Key) -> Duration,
    ) -> Self {
        let mut below = vec![Duration::ZERO; nodes.len()];
        let mut longest = Duration::ZERO;
        for (i, node) in nodes.iter().enumerate() {
            for link in &dependencies[node.dependencies.0 as usize..node.dependencies.1 as usize] {
                let chain = below[link.key as usize].saturating_add(stop_timeout(link.key));
                below[i] = below[i].max(chain);
            }
            longest = longest.max(below[i].saturating_add(stop_timeout(i as Key)));
        }
        Self {
            below,
            longest,
            window: None,
        }
    }

    /// Lays the time from `begin` to `end` along the chains.
    pub(super) fn begin(&mut self, begin: Moment, end: Moment) {
        self.window = Some((begin, end));
    }

    /// When the component must have stopped, whenever it begins; never, outside a shutdown.
    pub(super) fn latest_end(&self, key: Key) -> Option<Moment> {
        let (begin, end) = self.window?;
        let all = end.saturating_sub(begin);
        let below = self.below[key as usize];
        let reserved = if self.longest > all {
            scaled(all, below.as_secs_f64() / self.longest.as_secs_f64())
        } else {
            below
        };
        Some(end.saturating_sub(reserved))
    }
}

/// A part of a time; one too long to be told exactly is the whole.
fn scaled(time: Duration, part: f64) -> Duration {
    Duration::try_from_secs_f64(time.as_secs_f64() * part).map_or(time, |scaled| scaled.min(time))
}
