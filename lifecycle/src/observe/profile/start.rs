//! Where the time of a start went.

use std::fmt;
use std::time::Duration;

use super::path::{CriticalStep, Needs, back_from, last_of};
use super::sum::{fmt_won, parallelism};
use super::table::{Table, percent};
use crate::error::Short;

/// The start: for each component how long it waited, for whom, and how long it worked; and what the whole waited for.
///
/// Its `Display` is a table of at most 20 components. Those on the critical path are marked with a `*`: only where one of
/// these works less does the start become shorter.
///
/// # Examples
///
/// ```
/// use lifecycle::prelude::*;
///
/// #[resource]
/// #[derive(Default)]
/// struct Database;
///
/// #[resource(depends_on = [Database])]
/// #[derive(Default)]
/// struct Api;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let running = App::builder(lifecycle::plan![Api]).start();
/// running.app().started().await;
/// let profile = running.app().start_profile().expect("everything is up");
/// assert_eq!(profile.rows[0].name, "Database");
/// assert!(profile.rows[1].waited >= profile.rows[0].worked);
/// assert_eq!(profile.rows[1].waited_for.as_deref(), Some("Database"));
/// let path = profile.critical_path.iter().map(|step| step.name.as_str());
/// assert_eq!(path.collect::<Vec<_>>(), ["Database", "Api"]);
/// println!("{profile}");
/// # }
/// ```
#[derive(Clone, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct StartProfile {
    /// The components whose start hook was called, in the order in which they came up.
    pub rows: Vec<StartRow>,
    /// The whole start, from the first start hook until everything that could be up was.
    pub total: Duration,
    /// What the whole start waited for, from the first component to the one that came up last. The shares add up to 1, but
    /// for an optional component that was given up last.
    pub critical_path: Vec<CriticalStep>,
}

/// The start of one component.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct StartRow {
    /// The name of the component.
    pub name: String,
    /// When its wait began, since the begin of the start: zero, but for a component that was added later.
    pub since: Duration,
    /// From then until its own start hook was called.
    pub waited: Duration,
    /// The dependency that came up last, and so held it up; `None` if it did not have to wait for any.
    pub waited_for: Option<String>,
    /// From the first call of its start hook until it was up, or down again if it failed; failed attempts and the waits between
    /// them are part of it.
    pub worked: Duration,
    /// It did not come up.
    pub failed: bool,
    /// It is on the critical path.
    pub critical: bool,
}

/// What is known of the start of one component, since the app's start began.
#[derive(Clone, Copy, Debug)]
pub(crate) struct StartTimes {
    pub(crate) since: Duration,
    pub(crate) starting: Duration,
    pub(crate) end: Duration,
    pub(crate) failed: bool,
}

impl StartProfile {
    pub(crate) fn new<'a>(
        times: &[Option<StartTimes>],
        needs: &Needs,
        name: impl Fn(usize) -> &'a str,
        total: Duration,
    ) -> Self {
        let held_by = |(index, times_of): (usize, &Option<StartTimes>)| {
            let mine = (*times_of)?;
            last_of(needs.of(index), |other| {
                let end = times[other]?.end;
                // One that came before it was wanted held up nobody; nor did one that it did not wait for.
                (mine.since <= end && end <= mine.starting).then_some(end)
            })
        };
        let held_by: Vec<_> = times.iter().enumerate().map(held_by).collect();
        let end = |index: usize| Some(times[index]?.end).filter(|end| *end <= total);
        let path = back_from(last_of(0..times.len(), end), &held_by);
        let mut critical = vec![false; times.len()];
        let mut before = Duration::ZERO;
        let mut critical_path = Vec::with_capacity(path.len());
        for index in path {
            let end = end(index).unwrap_or(before);
            let took = end.saturating_sub(before);
            critical_path.push(CriticalStep::new(name(index), took, total));
            critical[index] = true;
            before = end;
        }
        let rows = times.iter().enumerate().filter_map(|(index, times)| {
            let times = (*times)?;
            Some(StartRow {
                name: name(index).to_owned(),
                since: times.since,
                waited: times.starting.saturating_sub(times.since),
                waited_for: held_by[index].map(|other| name(other).to_owned()),
                worked: times.end.saturating_sub(times.starting),
                failed: times.failed,
                critical: critical[index],
            })
        });
        let mut rows: Vec<_> = rows.collect();
        rows.sort_by_key(StartRow::end);
        Self {
            rows,
            total,
            critical_path,
        }
    }

    /// The rows that were part of this start: others came later.
    pub(super) fn in_time(&self) -> impl Iterator<Item = &StartRow> {
        self.rows.iter().filter(|row| row.end() <= self.total)
    }

    /// The work of all components of this start, as if they had started one after the other.
    #[must_use]
    pub fn serial(&self) -> Duration {
        self.in_time().map(|row| row.worked).sum()
    }

    /// How many components worked at a time, in the mean: all the work as a part of the whole start; 1 if neither took any
    /// time.
    #[must_use]
    pub fn parallelism(&self) -> f64 {
        parallelism(self.serial(), self.total)
    }
}

impl StartRow {
    /// When it was up, or down again, since the begin of the start.
    pub(super) fn end(&self) -> Duration {
        self.since + self.waited + self.worked
    }
}

impl fmt::Display for StartProfile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut table = Table::new(["component", "waited", "worked", "share", "waited for"]);
        let shares = self.critical_path.iter();
        let mut shares = shares.map(|step| percent(step.share));
        for row in &self.rows {
            let share = row.critical.then(|| shares.next()).flatten();
            let mut worked = Short(row.worked).to_string();
            if row.failed {
                worked.insert_str(0, "failed after ");
            }
            table.row(
                row.critical,
                row.worked,
                &row.name,
                [
                    Short(row.waited).to_string(),
                    worked,
                    share.unwrap_or_default(),
                ],
                row.waited_for.as_deref(),
            );
        }
        table.fmt(f)?;
        write!(f, "everything was up after {}", Short(self.total))?;
        fmt_won(f, self.serial(), self.total)
    }
}
