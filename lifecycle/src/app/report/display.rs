//! A report as a person reads it.

use std::fmt;

use super::{Outcome, RunReport};
use crate::engine::Force;
use crate::error::{Counts, Error, Short, Times};
use crate::plan::Stage;

/// How many errors and how many leaked tasks a printed report shows.
const SHOWN: usize = 8;

impl fmt::Display for RunReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let report = &self.inner;
        write!(
            f,
            "{} ended with exit code {}",
            report.name, report.exit_code
        )?;
        match &report.cause {
            Some(cause) if report.success || cause.is_failure() => writeln!(f, ": {cause}")?,
            Some(cause) => writeln!(f, " while stopping ({cause})")?,
            None => writeln!(f)?,
        }
        match report.forced {
            Some(Force::Signal(signal)) => writeln!(f, "  the stop was cut short by {signal}")?,
            Some(Force::Timeout) => writeln!(
                f,
                "  the stop took longer than `shutdown_timeout`, and was cut short"
            )?,
            None => {}
        }
        let errors = told_once(report.errors.iter().map(Error::chain));
        for (chain, times) in errors.iter().take(SHOWN) {
            let mut chain = chain.iter();
            write!(f, "  error: {}", chain.next().map_or("", String::as_str))?;
            fmt_times(f, *times)?;
            for cause in chain {
                writeln!(f, "    because: {cause}")?;
            }
        }
        more(f, errors.len(), "errors")?;
        if report.errors_left_out > 0 {
            let count = report.errors_left_out;
            writeln!(
                f,
                "  .. and {count} errors between the first and the last that were not kept"
            )?;
        }
        for task in report.leaked.iter().take(SHOWN) {
            write!(f, "  leaked: `{}` of `{}`", task.task, task.component)?;
            write!(
                f,
                ", alive for {}, had {}",
                Short(task.elapsed),
                Short(task.budget)
            )?;
            if let Some(note) = &task.note {
                write!(f, ", last note: {note}")?;
            }
            match task.stage {
                Stage::Task => writeln!(f, " (spawned at {})", task.spawned_at)?,
                _ => writeln!(f)?,
            }
        }
        more(f, report.leaked.len(), "leaked tasks")?;
        self.fmt_pools(f)?;
        self.fmt_tasks(f)?;
        self.fmt_handlers(f)?;
        self.fmt_schedules(f)?;
        self.fmt_components(f)
    }
}

/// Each of these once, where it was first, with how often it came.
fn told_once<T: PartialEq>(all: impl Iterator<Item = T>) -> Vec<(T, usize)> {
    let mut told: Vec<(T, usize)> = Vec::new();
    for one in all {
        match told.iter_mut().find(|(known, _)| *known == one) {
            Some((_, times)) => *times += 1,
            None => told.push((one, 1)),
        }
    }
    told
}

/// The last errors below a line, equal ones as one.
fn fmt_errors(f: &mut fmt::Formatter<'_>, errors: &[String]) -> fmt::Result {
    let told = told_once(errors.iter());
    for (error, times) in &told[told.len().saturating_sub(SHOWN)..] {
        write!(f, "    {error}")?;
        fmt_times(f, *times)?;
    }
    Ok(())
}

/// The end of a line about what came so often.
fn fmt_times(f: &mut fmt::Formatter<'_>, times: usize) -> fmt::Result {
    match times {
        1 => writeln!(f),
        more => writeln!(f, " ({more} times)"),
    }
}

fn more(f: &mut fmt::Formatter<'_>, count: usize, what: &str) -> fmt::Result {
    if count > SHOWN {
        writeln!(f, "  .. and {} more {what}", count - SHOWN)
    } else {
        Ok(())
    }
}

/// The rest of a line that counts ends, and the last errors below it.
fn fmt_counts(
    f: &mut fmt::Formatter<'_>,
    done: u64,
    counts: &[(u64, &str)],
    errors: &[String],
) -> fmt::Result {
    writeln!(f, ": {done} done{}", Counts(counts))?;
    fmt_errors(f, errors)
}

impl RunReport {
    /// A line for each pool whose jobs did not all end well, with the errors that it kept.
    fn fmt_pools(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let components = self.inner.components.iter();
        let pools = components.flat_map(|component| {
            let pools = component.pools.iter();
            pools.map(move |pool| (&component.name, pool))
        });
        let bad: Vec<_> = pools
            .filter(|(_, pool)| {
                pool.stats.handed_back + pool.stats.failed + pool.stats.panicked > 0
            })
            .collect();
        for (component, pool) in bad.iter().take(SHOWN) {
            let stats = &pool.stats;
            write!(f, "  jobs of `{component}`")?;
            if pool.name != **component {
                write!(f, " in `{}`", pool.name)?;
            }
            let counts = [
                (stats.failed, "failed"),
                (stats.panicked, "panicked"),
                (stats.handed_back, "unfinished"),
            ];
            fmt_counts(f, stats.done, &counts, &pool.errors)?;
        }
        more(f, bad.len(), "pools")
    }

    /// A line for each component whose tasks did not all end well, with their last errors.
    fn fmt_tasks(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let components = self.inner.components.iter();
        let tasks = components.filter_map(|component| Some((component, component.tasks.as_ref()?)));
        let bad: Vec<_> = tasks
            .filter(|(_, tasks)| tasks.stats.done < tasks.stats.begun + tasks.stats.dropped)
            .collect();
        for (component, tasks) in bad.iter().take(SHOWN) {
            let stats = &tasks.stats;
            write!(f, "  tasks of `{}`", component.name)?;
            let counts = [
                (stats.failed, "failed"),
                (stats.panicked, "panicked"),
                (stats.cut_off, "cut off"),
                (stats.dropped, "never begun"),
            ];
            fmt_counts(f, stats.done, &counts, &tasks.errors)?;
        }
        more(f, bad.len(), "components with such tasks")
    }

    /// A line for each handler of events that failed or lost some, with the errors that it kept.
    fn fmt_handlers(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let components = self.inner.components.iter();
        let handlers = components.flat_map(|component| {
            let handlers = component.handlers.iter();
            handlers.map(move |handler| (&component.name, handler))
        });
        let bad: Vec<_> = handlers.filter(|(_, handler)| handler.is_bad()).collect();
        for (component, handler) in bad.iter().take(SHOWN) {
            writeln!(f, "  events of `{component}` in {handler}")?;
            fmt_errors(f, &handler.errors)?;
        }
        more(f, bad.len(), "handlers")
    }

    /// A line for each schedule with runs that failed, with the last error.
    fn fmt_schedules(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let components = self.inner.components.iter();
        let schedules = components.flat_map(|component| {
            let schedules = component.schedules.iter();
            schedules.map(move |schedule| (&component.name, schedule))
        });
        let bad: Vec<_> = schedules
            .filter(|(_, schedule)| schedule.failed + schedule.panicked > 0)
            .collect();
        for (component, schedule) in bad.iter().take(SHOWN) {
            writeln!(f, "  schedule of `{component}`, {schedule}")?;
            if let Some(error) = &schedule.last_error {
                writeln!(f, "    {error}")?;
            }
        }
        more(f, bad.len(), "schedules")
    }

    /// One line for each way in which components ended.
    fn fmt_components(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let all = [
            Outcome::Failed,
            Outcome::GivenUp,
            Outcome::Aborted,
            Outcome::Cancelled,
            Outcome::NotStarted,
            Outcome::Stopped,
            Outcome::Finished,
        ];
        for outcome in all {
            let same = self
                .inner
                .components
                .iter()
                .filter(|component| component.outcome == outcome);
            let names: Vec<&str> = same.map(|component| component.name.as_str()).collect();
            if names.len() > SHOWN {
                writeln!(
                    f,
                    "  {}: {} and {} more",
                    outcome.as_str(),
                    names[..SHOWN].join(", "),
                    names.len() - SHOWN
                )?;
            } else if !names.is_empty() {
                writeln!(f, "  {}: {}", outcome.as_str(), names.join(", "))?;
            }
        }
        self.fmt_restarts(f)
    }

    /// Who was started anew, and how often.
    fn fmt_restarts(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let components = self.inner.components.iter();
        let restarted = components.filter(|component| component.restarts > 0);
        let restarted: Vec<String> = restarted
            .map(|component| format!("{} ({})", component.name, Times(component.restarts)))
            .collect();
        if restarted.is_empty() {
            return Ok(());
        }
        let shown = restarted.len().min(SHOWN);
        write!(f, "  restarted: {}", restarted[..shown].join(", "))?;
        match restarted.len() - shown {
            0 => writeln!(f),
            more => writeln!(f, " and {more} more"),
        }
    }
}
