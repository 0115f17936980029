//! A report as a person reads it.

use std::fmt;

use super::{Outcome, RunReport, StopCause};
use crate::engine::Force;
use crate::error::{Counts, Error, Short, Times};
use crate::plan::Stage;

/// How many of one kind a printed report shows.
const SHOWN: usize = 8;

/// How many lines errors may have together, but for the first of them: the report is to fit a screen.
const ERROR_LINES: usize = 16;

/// How many causes of one error it shows.
const CAUSES: usize = 5;

/// How long one message may be.
const MESSAGE_LINES: usize = 6;
const MESSAGE_CHARS: usize = 400;

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
        self.fmt_failures(f)?;
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
        if !report.leaked.is_empty() {
            let hint = "it did not end when aborted, so it blocks a thread; see `spawn_blocking`";
            writeln!(f, "    hint: {hint}")?;
        }
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

/// An error as the report tells it.
#[derive(PartialEq)]
struct Failure {
    chain: Vec<String>,
    hint: Option<&'static str>,
}

impl Failure {
    fn of(error: &Error, cause: Option<&StopCause>) -> Self {
        Self {
            chain: error.chain(),
            hint: hint(error, cause),
        }
    }

    /// Its lines, without the end of the first.
    fn lines(&self) -> Vec<String> {
        let (first, causes) = self
            .chain
            .split_first()
            .map_or(("", &[][..]), |(first, causes)| (first.as_str(), causes));
        let mut lines = vec![format!("  error: {}", cut(first))];
        let because = |cause: &String| format!("    because: {}", cut(cause));
        match causes {
            [first @ .., last] if causes.len() > CAUSES => {
                // The last one is what it comes from.
                lines.extend(first[..CAUSES - 1].iter().map(because));
                let more = causes.len() - CAUSES;
                lines.push(format!("    .. and {more} more causes, and then"));
                lines.push(because(last));
            }
            all => lines.extend(all.iter().map(because)),
        }
        lines.extend(self.hint.map(|hint| format!("    hint: {hint}")));
        lines
    }
}

/// What to look at, where the error itself does not say it.
fn hint(error: &Error, cause: Option<&StopCause>) -> Option<&'static str> {
    let is_cause = cause.is_some_and(|cause| cause.is_told_by(error));
    match error {
        Error::Panicked {
            backtrace: None, ..
        } => Some("with RUST_BACKTRACE=1, the log has the backtrace"),
        Error::TimedOut { stage, .. } => match stage {
            // It was another limit that ended this start.
            Stage::Load | Stage::Start if cause == Some(&StopCause::StartBudget) => None,
            Stage::Load | Stage::Start => {
                Some("`start_timeout` is its limit, and `Context::extend` asks for more")
            }
            Stage::Drain | Stage::Stop | Stage::Cleanup => {
                Some("`stop_timeout` is its limit, within the app's `shutdown_timeout`")
            }
            // What overstays when it is told to end is never the cause.
            Stage::Run if is_cause => None,
            Stage::Run | Stage::Task => {
                Some("it is to end when its `Shutdown` fires, within `stop_timeout`")
            }
            Stage::Health => None,
        },
        Error::Unready { .. } => {
            Some("with `ready = \"explicit\"`, its run loop has to call `Context::ready`")
        }
        Error::StartBudget { .. } => Some("`start_budget` is the limit for load and start in all"),
        _ => None,
    }
}

/// A message of the user's, which may be of any length.
fn cut(message: &str) -> String {
    let mut lines = message.lines();
    let start: Vec<&str> = lines.by_ref().take(MESSAGE_LINES).collect();
    let start = start.join("\n      ");
    let mut chars = start.chars();
    let mut text: String = chars.by_ref().take(MESSAGE_CHARS).collect();
    if chars.next().is_some() || lines.next().is_some() {
        text += " ..";
    }
    text
}

impl RunReport {
    /// Each error once, those of the cause first.
    fn fmt_failures(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let report = &self.inner;
        let cause = report.cause.as_ref().filter(|cause| cause.is_failure());
        let is_cause = |error: &&Error| cause.is_some_and(|cause| cause.is_told_by(error));
        let (first, others): (Vec<_>, Vec<_>) = report.errors.iter().partition(is_cause);
        let all = told_once(
            first
                .into_iter()
                .chain(others)
                .map(|error| Failure::of(error, cause)),
        );
        let (mut shown, mut used) = (0, 0);
        for (failure, times) in &all {
            let lines = failure.lines();
            used += lines.len();
            if shown > 0 && used > ERROR_LINES {
                break;
            }
            shown += 1;
            write!(f, "{}", lines[0])?;
            fmt_times(f, *times)?;
            for line in &lines[1..] {
                writeln!(f, "{line}")?;
            }
        }
        match all.len() - shown {
            0 => Ok(()),
            1 => writeln!(f, "  .. and 1 more error"),
            more => writeln!(f, "  .. and {more} more errors"),
        }
    }

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
