//! What components do beside their run loops, in the status: a line for each.

use std::fmt;
use std::time::Duration;

use super::ComponentStatus;
use crate::error::{Counts, Short};

/// A snapshot of a schedule of a component: `#[every]`, `#[cron]`, [`Context::every`](crate::Context::every).
///
/// It counts from the app's beginning, also over restarts of the component. One that is aborted is shown no more.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct ScheduleStatus {
    /// Its name: that of the method.
    pub name: String,
    /// How many runs have begun.
    pub runs: u64,
    /// How many of them returned an error.
    pub failed: u64,
    /// How many of them panicked.
    pub panicked: u64,
    /// How many ticks passed while a run was under way, or while the run loop was restarted.
    pub skipped: u64,
    /// How many runs have failed since one succeeded; 0 while all is well.
    pub failing: u64,
    /// What the last run that failed did so with: the message of the error and those of its sources, or of the panic.
    pub last_error: Option<String>,
    /// Whether a run is under way.
    pub running: bool,
    /// When the next run begins, since the app began; unknown while one is under way.
    pub next: Option<Duration>,
}

impl fmt::Display for ScheduleStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, runs, .. } = self;
        let counts = [
            (self.failed, "failed"),
            (self.panicked, "panicked"),
            (self.skipped, "skipped"),
        ];
        let noun = if *runs == 1 { "run" } else { "runs" };
        write!(f, "`{name}`: {runs} {noun}{}", Counts(&counts))
    }
}

impl ComponentStatus {
    /// The lines below that of the component, as seen at this age of the app.
    pub(super) fn fmt_work(&self, f: &mut fmt::Formatter<'_>, age: Duration) -> fmt::Result {
        for pool in &self.pools {
            f.write_str("    jobs")?;
            if pool.name != self.name {
                write!(f, " in `{}`", pool.name)?;
            }
            let stats = &pool.stats;
            counts(
                f,
                &[(stats.queued, "queued"), (stats.running, "running")],
                stats.done,
                &[
                    (stats.failed, "failed"),
                    (stats.panicked, "panicked"),
                    (stats.handed_back, "unfinished"),
                    (stats.refused, "refused"),
                ],
            )?;
        }
        if let Some(tasks) = &self.tasks {
            f.write_str("    tasks")?;
            let stats = &tasks.stats;
            counts(
                f,
                &[(stats.running(), "running")],
                stats.done,
                &[
                    (stats.failed, "failed"),
                    (stats.panicked, "panicked"),
                    (stats.cut_off, "cut off"),
                    (stats.dropped, "never begun"),
                ],
            )?;
        }
        for schedule in &self.schedules {
            write!(f, "    {schedule}")?;
            match schedule.next {
                _ if schedule.running => f.write_str(", running now")?,
                Some(next) => write!(f, ", next in {}", Short(next.saturating_sub(age)))?,
                None => {}
            }
            match &schedule.last_error {
                Some(error) => writeln!(f, "; last error: {error}")?,
                None => writeln!(f)?,
            }
        }
        Ok(())
    }
}

/// The rest of a line: what goes on and what has ended, as far as there is any, and always what is done.
fn counts(
    f: &mut fmt::Formatter<'_>,
    now: &[(u64, &str)],
    done: u64,
    ended: &[(u64, &str)],
) -> fmt::Result {
    f.write_str(": ")?;
    for (count, what) in now.iter().filter(|(count, _)| *count > 0) {
        write!(f, "{count} {what}, ")?;
    }
    writeln!(f, "{done} done{}", Counts(ended))
}
