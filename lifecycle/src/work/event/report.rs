//! Handlers in statuses and reports.

use std::fmt;

use super::inbox::Stats;
use crate::error::Counts;

/// One handler of a component, in a [status](crate::observe::ComponentStatus) or a [report](crate::app::ComponentReport).
///
/// Its `Display` says what became of its events, in one line.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct HandlerReport {
    /// The name of the method.
    pub name: String,
    /// The type of its events, with its path.
    pub event: String,
    /// What became of its events, over all lives of the component.
    pub stats: Stats,
    /// The last errors and panics, at most eight, each with its causes.
    pub errors: Vec<String>,
}

impl HandlerReport {
    /// Whether there is something that a person should see: events that failed, or were lost.
    pub(crate) fn is_bad(&self) -> bool {
        let stats = &self.stats;
        stats.failed + stats.panicked + stats.lost() > 0
    }

    /// The same while the app runs, where those that wait are of interest too.
    pub(crate) fn is_worth_a_look(&self) -> bool {
        self.is_bad() || self.stats.waiting > 0
    }
}

impl fmt::Display for HandlerReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let stats = &self.stats;
        let counts = [
            (stats.waiting, "waiting"),
            (stats.failed, "failed"),
            (stats.panicked, "panicked"),
            (stats.cut_off, "cut off"),
            (stats.dropped, "dropped"),
            (stats.missed, "missed"),
        ];
        let (name, handled) = (&self.name, stats.handled);
        write!(f, "`{name}`: {handled} handled{}", Counts(&counts))
    }
}
