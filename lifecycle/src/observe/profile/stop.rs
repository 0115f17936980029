//! Where the time of a stop went.

use std::fmt;
use std::time::Duration;

use super::path::{CriticalStep, Needs, back_from, last_of};
use super::sum::{fmt_won, parallelism};
use super::table::{Table, percent};
use crate::error::Short;

/// The stop: for each component how long it waited for its dependents, and how long each step of its own took, against what
/// it was given; and what the whole waited for.
///
/// Its `Display` is a table of at most 20 components. Those on the critical path are marked with a `*`: only where one of
/// these is quicker does the stop become shorter.
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
/// #[service(depends_on = [Database])]
/// #[derive(Default)]
/// struct Api;
///
/// #[service]
/// impl Api {
///     #[run]
///     async fn run(&self) {}
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let report = App::builder(lifecycle::plan![Api]).run().await;
/// let profile = report.stop_profile().expect("it stopped");
/// assert_eq!(profile.rows[1].name, "Database");
/// assert_eq!(profile.rows[1].waited_for.as_deref(), Some("Api"));
/// println!("{profile}");
/// # }
/// ```
#[derive(Clone, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct StopProfile {
    /// The components that the stop took down, in the order in which they were down.
    pub rows: Vec<StopRow>,
    /// The whole stop, from its cause to the end.
    pub total: Duration,
    /// How long it might have taken: `shutdown_timeout`.
    pub timeout: Duration,
    /// How long everything still served before it was told to stop: at most `drain_delay`.
    pub drained: Duration,
    /// How long the app's own cleanups took, once all components were down.
    pub cleanups: Duration,
    /// What the whole stop waited for, from the first component to the one that was down last. The shares add up to 1
    /// together with what `drained` and `cleanups` took.
    pub critical_path: Vec<CriticalStep>,
}

/// The stop of one component.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct StopRow {
    /// The name of the component.
    pub name: String,
    /// From the cause of the stop until it was told to stop itself; `drain_delay` is part of it.
    pub waited: Duration,
    /// The dependent that was down last, and so held it up; `None` if it did not have to wait for any.
    pub waited_for: Option<String>,
    /// From when its `Shutdown` fired until its work had ended; or how long it took to cancel its start.
    pub quiesce: Duration,
    /// How long its stop hook took.
    pub stop: Duration,
    /// How long its cleanups took.
    pub cleanup: Duration,
    /// Its `stop_timeout`, for all of this.
    pub timeout: Duration,
    /// What it had in fact, from when it was told to stop: less where all timeouts together do not fit into the whole, more where
    /// it asked for more time; `None` if the stop was forced before, or there was only a start to cancel.
    pub budget: Option<Duration>,
    /// It did not end in time, or the end was forced, and its tasks were aborted.
    pub aborted: bool,
    /// It did not even end then, and nobody waited for it any more.
    pub given_up: bool,
    /// It is on the critical path.
    pub critical: bool,
}

/// What is known of the stop of one component, since the stop began.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct StopTimes {
    pub(crate) timeout: Duration,
    pub(crate) told: Option<Duration>,
    pub(crate) stop: Option<Duration>,
    pub(crate) cleanup: Option<Duration>,
    pub(crate) end: Option<Duration>,
    pub(crate) limit: Option<Duration>,
    pub(crate) aborted: bool,
    pub(crate) given_up: bool,
}

/// What is known of the stop as a whole.
#[derive(Clone, Debug, Default)]
pub(crate) struct Stop {
    pub(crate) times: Vec<StopTimes>,
    pub(crate) total: Duration,
    pub(crate) timeout: Duration,
    pub(crate) drained: Duration,
    pub(crate) cleanups: Duration,
}

impl StopTimes {
    /// When it was told and when it was down, if the stop took it down.
    fn ends(&self) -> Option<(Duration, Duration)> {
        self.told.zip(self.end)
    }

    fn row(&self, name: &str) -> Option<StopRow> {
        let (told, end) = self.ends()?;
        let cleanup = self.cleanup.unwrap_or(end);
        let stop = self.stop.unwrap_or(cleanup);
        Some(StopRow {
            name: name.to_owned(),
            waited: told,
            waited_for: None,
            quiesce: stop.saturating_sub(told),
            stop: cleanup.saturating_sub(stop),
            cleanup: end.saturating_sub(cleanup),
            timeout: self.timeout,
            budget: self.limit.map(|limit| limit.saturating_sub(told)),
            aborted: self.aborted,
            given_up: self.given_up,
            critical: false,
        })
    }
}

impl StopProfile {
    pub(crate) fn new<'a>(stop: &Stop, needs: &Needs, name: impl Fn(usize) -> &'a str) -> Self {
        let dependents = needs.turned();
        let ends = |index: usize| stop.times.get(index)?.ends();
        let held_by = |index: usize| {
            let (told, _) = ends(index)?;
            last_of(dependents.of(index), |other| {
                let (_, end) = ends(other)?;
                (end <= told).then_some(end)
            })
        };
        let held_by: Vec<_> = (0..stop.times.len()).map(held_by).collect();
        // Of several that ended at once, the one that stands lowest.
        let lowest = |index: usize| Some((ends(index)?.1, std::cmp::Reverse(index)));
        let path = back_from(last_of(0..stop.times.len(), lowest), &held_by);
        let mut rows: Vec<_> = stop
            .times
            .iter()
            .enumerate()
            .map(|(index, times)| {
                let mut row = times.row(name(index))?;
                row.waited_for = held_by[index].map(|other| name(other).to_owned());
                Some(row)
            })
            .collect();
        let mut before = stop.drained;
        let mut critical_path = Vec::with_capacity(path.len());
        for index in path {
            if let Some(row) = &mut rows[index] {
                let took = row.end().saturating_sub(before);
                critical_path.push(CriticalStep::new(&row.name, took, stop.total));
                row.critical = true;
                before = row.end();
            }
        }
        // Dependents stand behind what they need, and go first.
        let mut rows: Vec<_> = rows.into_iter().flatten().rev().collect();
        rows.sort_by_key(StopRow::end);
        Self {
            rows,
            total: stop.total,
            timeout: stop.timeout,
            drained: stop.drained,
            cleanups: stop.cleanups,
            critical_path,
        }
    }

    /// The time that all components took, as if they had stopped one after the other.
    #[must_use]
    pub fn serial(&self) -> Duration {
        self.rows.iter().map(StopRow::took).sum()
    }

    /// How many components were stopping at a time, in the mean: all their time as a part of the whole stop; 1 if neither took
    /// any.
    #[must_use]
    pub fn parallelism(&self) -> f64 {
        parallelism(self.serial(), self.total)
    }
}

impl StopRow {
    /// From when it was told to stop until it was down, or given up.
    #[must_use]
    pub fn took(&self) -> Duration {
        self.quiesce + self.stop + self.cleanup
    }

    /// When it was down, since the cause of the stop.
    pub(super) fn end(&self) -> Duration {
        self.waited + self.took()
    }

    /// How it ended, if not in order.
    pub(super) fn fate(&self) -> &'static str {
        match self {
            Self { given_up: true, .. } => "given up",
            Self { aborted: true, .. } => "aborted",
            _ => "",
        }
    }
}

impl fmt::Display for StopProfile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let head = [
            "component",
            "waited",
            "quiesce",
            "stop",
            "cleanup",
            "budget",
            "share",
            "",
            "waited for",
        ];
        let mut table = Table::new(head);
        let shares = self.critical_path.iter();
        let mut shares = shares.map(|step| percent(step.share));
        for row in &self.rows {
            let share = row.critical.then(|| shares.next()).flatten();
            let budget = row.budget.map(|budget| Short(budget).to_string());
            let step = |took: Duration| match took.is_zero() {
                true => "-".to_owned(),
                false => Short(took).to_string(),
            };
            table.row(
                row.critical,
                row.took(),
                &row.name,
                [
                    Short(row.waited).to_string(),
                    step(row.quiesce),
                    step(row.stop),
                    step(row.cleanup),
                    budget.unwrap_or_else(|| "-".to_owned()),
                    share.unwrap_or_default(),
                    row.fate().to_owned(),
                ],
                row.waited_for.as_deref(),
            );
        }
        table.fmt(f)?;
        write!(
            f,
            "everything was down after {} of {}",
            Short(self.total),
            Short(self.timeout)
        )?;
        fmt_won(f, self.serial(), self.total)?;
        let mut aside = Vec::new();
        if !self.drained.is_zero() {
            aside.push(format!("the drain delay {}", Short(self.drained)));
        }
        if !self.cleanups.is_zero() {
            aside.push(format!("the app's own cleanups {}", Short(self.cleanups)));
        }
        match aside.is_empty() {
            true => Ok(()),
            false => write!(f, "\nof it {}", aside.join(", ")),
        }
    }
}
