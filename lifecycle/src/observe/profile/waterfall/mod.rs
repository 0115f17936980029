//! A profile as a picture: a bar for each component, along the time.

mod chart;

use std::time::Duration;

use super::table::{longest, percent};
use super::{CriticalStep, StartProfile, StartRow, StopProfile, StopRow};
use crate::error::Short;
use chart::{Bar, Chart, Sample};

/// How many components have a bar.
const BARS: usize = 200;

impl StartProfile {
    /// The start as an SVG waterfall: for each component a bar, light while it waited and solid while it worked.
    ///
    /// Those on the critical path have a diamond, a bold name and a red rim. Of more than 200 components it shows those on
    /// the critical path and those that worked longest, and says how many it leaves out. What came up after the start is not
    /// part of it. As [`Plan::to_svg`](crate::plan::Plan::to_svg), it follows the reader's preference for light or dark and
    /// needs nothing but itself; its styles hold for the class `lifecycle-waterfall` alone, and the group of a component has
    /// its name in `data-component`.
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
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let running = App::builder(lifecycle::plan![Database]).start();
    /// running.app().started().await;
    /// let profile = running.app().start_profile().expect("everything is up");
    /// let svg = profile.to_svg();
    /// assert!(svg.contains(r#"<g class="row critical" data-component="Database">"#));
    /// # }
    /// ```
    #[must_use]
    pub fn to_svg(&self) -> String {
        let rows: Vec<&StartRow> = self.in_time().collect();
        let bars = bars(
            &rows,
            &self.critical_path,
            |row| (row.critical, row.worked),
            StartRow::bar,
        );
        let mut left_out = Vec::new();
        if rows.len() > bars.len() {
            left_out.push(format!("{} more were quicker", rows.len() - bars.len()));
        }
        if self.rows.len() > rows.len() {
            left_out.push(format!("{} came up later", self.rows.len() - rows.len()));
        }
        let mut legend = vec![
            (Sample::Part("waits"), "waits"),
            (Sample::Part("works"), "works"),
            (Sample::Mark, "critical path"),
        ];
        if rows.iter().any(|row| row.failed) {
            legend.push((Sample::Part("failed"), "fails"));
        }
        Chart {
            title: format!("Everything was up after {}", Short(self.total)),
            about: format!(
                "{} one after the other: {:.1} at a time",
                Short(self.serial()),
                self.parallelism()
            ),
            legend,
            total: self.total,
            bars,
            left_out: left_out.join("; "),
        }
        .draw()
    }
}

impl StartRow {
    fn bar(&self, share: Option<f64>) -> Bar {
        let starting = self.since + self.waited;
        let work = if self.failed { "failed" } else { "works" };
        let mut words = vec![match &self.waited_for {
            Some(other) => format!("waited {} for {other}", Short(self.waited)),
            None => format!("waited {}", Short(self.waited)),
        }];
        words.push(match self.failed {
            true => format!("failed after {}", Short(self.worked)),
            false => format!("worked {}", Short(self.worked)),
        });
        words.extend(share.map(|share| format!("{} of the start", percent(share))));
        let failed = if self.failed { ", failed" } else { "" };
        Bar {
            name: self.name.clone(),
            words: words.join(", "),
            critical: self.critical,
            parts: vec![
                ("waits", self.since, starting),
                (work, starting, self.end()),
            ],
            limit: None,
            note: format!("{}{failed}", Short(self.worked)),
        }
    }
}

impl StopProfile {
    /// The stop as an SVG waterfall: for each component a bar, light while it waited for its dependents, and solid while its
    /// work ended, its stop hook ran and its cleanups ran.
    ///
    /// A bracket shows where its budget ends, if that lies within the stop; its number stands at the right in any case.
    /// What is said of [`StartProfile::to_svg`] holds here too.
    ///
    /// # Examples
    ///
    /// ```
    /// use lifecycle::prelude::*;
    ///
    /// #[service]
    /// #[derive(Default)]
    /// struct Import;
    ///
    /// #[service]
    /// impl Import {
    ///     #[run]
    ///     async fn run(&self) {}
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let report = App::builder(lifecycle::plan![Import]).run().await;
    /// let svg = report.stop_profile().expect("it stopped").to_svg();
    /// assert!(svg.contains(r#"<g class="row critical" data-component="Import">"#));
    /// # }
    /// ```
    #[must_use]
    pub fn to_svg(&self) -> String {
        let rows: Vec<&StopRow> = self.rows.iter().collect();
        let bars = bars(
            &rows,
            &self.critical_path,
            |row| (row.critical, row.took()),
            StopRow::bar,
        );
        let left_out = match rows.len() - bars.len() {
            0 => String::new(),
            more => format!("{more} more were quicker"),
        };
        let mut about = vec![format!(
            "{} one after the other: {:.1} at a time",
            Short(self.serial()),
            self.parallelism()
        )];
        if !self.drained.is_zero() {
            about.push(format!("drain delay {}", Short(self.drained)));
        }
        if !self.cleanups.is_zero() {
            about.push(format!("the app's own cleanups {}", Short(self.cleanups)));
        }
        let mut legend = vec![(Sample::Part("waits"), "waits")];
        let steps = [
            (
                "quiesce",
                "quiesces",
                rows.iter().any(|row| !row.quiesce.is_zero()),
            ),
            (
                "stop",
                "stop hook",
                rows.iter().any(|row| !row.stop.is_zero()),
            ),
            (
                "cleanup",
                "cleanups",
                rows.iter().any(|row| !row.cleanup.is_zero()),
            ),
        ];
        let steps = steps.into_iter().filter(|(.., there)| *there);
        legend.extend(steps.map(|(class, words, _)| (Sample::Part(class), words)));
        legend.push((Sample::Mark, "critical path"));
        legend.push((Sample::Limit, "end of its budget"));
        Chart {
            title: format!(
                "Everything was down after {} of {}",
                Short(self.total),
                Short(self.timeout)
            ),
            about: about.join("; "),
            legend,
            total: self.total,
            bars,
            left_out,
        }
        .draw()
    }
}

impl StopRow {
    fn bar(&self, share: Option<f64>) -> Bar {
        let quiesced = self.waited + self.quiesce;
        let stopped = quiesced + self.stop;
        let mut words = vec![match &self.waited_for {
            Some(other) => format!("waited {} for {other}", Short(self.waited)),
            None => format!("waited {}", Short(self.waited)),
        }];
        words.push(format!(
            "quiesced {}, stop hook {}, cleanups {}",
            Short(self.quiesce),
            Short(self.stop),
            Short(self.cleanup)
        ));
        let mut note = Short(self.took()).to_string();
        if let Some(budget) = self.budget {
            note.push_str(&format!(" of {}", Short(budget)));
        }
        if !self.fate().is_empty() {
            words.push(self.fate().to_owned());
            note.push_str(&format!(", {}", self.fate()));
        }
        words.extend(share.map(|share| format!("{} of the stop", percent(share))));
        Bar {
            name: self.name.clone(),
            words: words.join(", "),
            critical: self.critical,
            parts: vec![
                ("waits", Duration::ZERO, self.waited),
                ("quiesce", self.waited, quiesced),
                ("stop", quiesced, stopped),
                ("cleanup", stopped, self.end()),
            ],
            limit: self.budget.map(|budget| self.waited.saturating_add(budget)),
            note,
        }
    }
}

/// The bars of those on the critical path, whose steps stand in its order, and of the longest.
fn bars<R>(
    rows: &[&R],
    path: &[CriticalStep],
    long: impl Fn(&R) -> (bool, Duration),
    bar: impl Fn(&R, Option<f64>) -> Bar,
) -> Vec<Bar> {
    let shown = longest(BARS, rows.iter().map(|row| long(row)));
    let mut steps = path.iter();
    let bars = rows.iter().enumerate().filter_map(|(index, row)| {
        let share = long(row).0.then(|| steps.next()).flatten();
        let is_shown = shown.binary_search(&index).is_ok();
        is_shown.then(|| bar(row, share.map(|step| step.share)))
    });
    bars.collect()
}

#[cfg(test)]
mod tests;
