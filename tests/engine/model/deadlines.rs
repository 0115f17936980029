//! When things have to be over.

use std::time::Duration;

use lifecycle::engine::{ABORT_GRACE, LAST_CALL, Moment, Phase};

use super::{At, Model};
use crate::case::{Case, name};

/// The engine scales with floats, the model with integers.
pub(super) const TOLERANCE: Duration = Duration::from_micros(2);

/// The longest chain of stop timeouts below each component, and of all.
pub(super) fn chains(case: &Case, size: usize) -> (Vec<Duration>, Duration) {
    let timeout = |key: usize| case.components[key].policy.stop_timeout;
    let mut below = Vec::new();
    for key in 0..size {
        let chain = case
            .ordered(key)
            .map(|(to, _)| below[to] + timeout(to))
            .max();
        below.push(chain.unwrap_or_default());
    }
    let longest = (0..below.len()).map(|key| below[key] + timeout(key)).max();
    (below, longest.unwrap_or_default())
}

impl Model<'_> {
    /// The end of a component's share of the shutdown: what is behind it keeps its own share, scaled if it must be.
    fn latest(&self, key: usize) -> Option<Moment> {
        let (begin, end) = self.window?;
        let (all, below) = (end.saturating_sub(begin), self.below[key]);
        if self.longest <= all {
            return Some(end - below);
        }
        let scaled = all.as_nanos() * below.as_nanos() / self.longest.as_nanos();
        Some(end - Duration::from_nanos(scaled as u64))
    }

    pub(super) fn clamp(&self, now: Moment, key: usize, at: Moment) -> Moment {
        self.latest(key)
            .map_or(at, |latest| at.min(latest.max(now)))
    }

    /// The window opens: whatever is stopping already must fit in too.
    pub(super) fn open_window(&mut self, now: Moment) {
        let end = self.shutdown.map_or(now, |(at, _)| at) + self.case.limits.shutdown_timeout;
        self.window = Some((now, end));
        for key in 0..self.nodes.len() {
            let node = &self.nodes[key];
            if let Some(at) = node.deadline.filter(|_| {
                node.at.is_stopping() && node.aborted.is_none() && node.last_call.is_none()
            }) {
                self.nodes[key].deadline = Some(self.clamp(now, key, at));
            }
        }
    }

    pub(super) fn budget_spent(&self, now: Moment) -> bool {
        self.start_deadline.is_some_and(|at| now >= at)
    }

    pub(super) fn extend(&mut self, now: Moment, key: usize, by: Duration) {
        let at = now + by;
        let latest = self.latest(key).unwrap_or(Duration::MAX);
        let node = &mut self.nodes[key];
        let Some(deadline) = node.deadline.filter(|_| node.aborted.is_none()) else {
            return;
        };
        match node.at {
            At::Loading | At::Starting | At::Warming => {
                node.deadline = Some(deadline.max(at));
                self.start_deadline = self.start_deadline.map(|start| start.max(at));
            }
            At::Quiescing | At::Stopping | At::Cleaning
                if node.last_call.is_none() && self.forced.is_none() =>
            {
                node.deadline = Some(deadline.max(at.min(latest)));
            }
            _ => {}
        }
    }

    /// A limit that passes while the component has to go means nothing; it begins anew if the component may stay.
    pub(super) fn watch(&mut self, now: Moment, key: usize) {
        let (going, policy) = (self.must_go(key), self.case.components[key].policy);
        let node = &mut self.nodes[key];
        let limit = match node.at {
            At::Warming => Some(policy.start_timeout),
            At::Up if !node.finished => policy.heartbeat,
            _ => return,
        };
        if going {
            node.deadline = node.deadline.filter(|at| now < *at);
        } else if node.deadline.is_none() {
            node.deadline = limit.map(|limit| now + limit);
        }
    }

    /// I4, and each limit by itself: what is overdue has been dealt with.
    pub(super) fn in_time(&self, now: Moment) -> Result<(), String> {
        let past = |at: Moment| now > at + TOLERANCE;
        let starting = matches!(self.phase, Phase::Loading | Phase::Starting);
        if starting && self.start_deadline.is_some_and(past) {
            return Err("I4: the start goes on after its budget".into());
        }
        if let Some((at, _)) = self.shutdown {
            let end = at + self.case.limits.shutdown_timeout;
            if self.phase == Phase::Draining && past(at + self.case.limits.drain_delay) {
                return Err("it drains for too long".into());
            }
            if past(end) && self.forced.is_none() && self.phase != Phase::Ended {
                return Err("I4: the shutdown goes on after its time".into());
            }
            if past(end + LAST_CALL) && self.phase != Phase::Ended {
                return Err("I4: the app did not end in time".into());
            }
        }
        if self.phase != Phase::Ended && self.forced.is_some_and(|(at, _)| past(at + LAST_CALL)) {
            return Err("I4: forced, and no end".into());
        }
        for (key, node) in self.nodes.iter().enumerate() {
            let due = match node.aborted {
                Some(at) if !matches!(node.at, At::Warming | At::Up | At::Waiting) => {
                    Some(at + ABORT_GRACE)
                }
                _ => node.deadline,
            };
            let timed = node.at.is_stopping()
                || matches!(node.at, At::Up | At::Warming) && !self.must_go(key)
                || matches!(
                    node.at,
                    At::Loading | At::Starting | At::Recalling | At::Tidying
                );
            if due.is_some_and(past) && timed {
                return Err(format!("I4: {} is overdue as {:?}", name(key), node.at));
            }
        }
        Ok(())
    }
}
