//! Keeps lines of one kind from flooding the log.

use std::fmt;
use std::time::Duration;

use crate::engine::Moment;

/// How often there may be a line about one thing.
const QUIET: Duration = Duration::from_secs(10);

/// Lines of one kind: the first is told, and from then on one in ten seconds, with the number of those in between.
#[derive(Debug, Default)]
pub(crate) struct Quiet {
    next: Option<Moment>,
    untold: u64,
}

/// How many had no line since the last one; printed, it is the end of a line, and empty if there were none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Untold(u64);

impl Quiet {
    /// Whether there is a line now.
    pub(crate) fn tell(&mut self, now: Moment) -> Option<Untold> {
        if self.next.is_some_and(|next| now < next) {
            self.untold += 1;
            return None;
        }
        self.next = Some(now.saturating_add(QUIET));
        Some(Untold(std::mem::take(&mut self.untold)))
    }
}

impl fmt::Display for Untold {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            0 => Ok(()),
            untold => write!(f, " ({untold} more since the last line)"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_storm_has_a_line_every_ten_seconds() {
        let mut quiet = Quiet::default();
        let mut tell = |second| {
            let told = quiet.tell(Duration::from_secs(second));
            told.map(|untold| untold.to_string())
        };
        assert_eq!(tell(1).as_deref(), Some(""));
        assert_eq!(tell(2), None);
        assert_eq!(tell(10), None);
        assert_eq!(tell(11).as_deref(), Some(" (2 more since the last line)"));
        assert_eq!(tell(30).as_deref(), Some(""));
    }
}
