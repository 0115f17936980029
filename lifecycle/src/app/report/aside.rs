//! Work that did not end well in an app that did: its report is not printed.

use super::{ComponentReport, RunReport};

/// How many components are named.
const SHOWN: usize = 8;

impl RunReport {
    /// Failed and lost jobs, tasks and events, in a line. The causes are in the log already.
    pub(crate) fn aside(&self) -> Option<String> {
        let mut all: Vec<_> = self.components().iter().filter_map(of).collect();
        if all.len() > SHOWN {
            let more = format!("and {} more components", all.len() - SHOWN);
            all.truncate(SHOWN);
            all.push(more);
        }
        (!all.is_empty()).then(|| all.join("; "))
    }
}

fn of(component: &ComponentReport) -> Option<String> {
    let jobs = component.pools.iter().map(|pool| pool.stats);
    let [failed, panicked, left] = jobs.fold([0; 3], |[failed, panicked, left], stats| {
        [
            failed + stats.failed,
            panicked + stats.panicked,
            left + stats.handed_back,
        ]
    });
    let tasks = component.tasks.as_ref();
    let tasks = tasks.map(|tasks| tasks.stats).unwrap_or_default();
    let events = component.handlers.iter().map(|handler| &handler.stats);
    let [unhandled, lost] = events.fold([0; 2], |[failed, lost], stats| {
        [failed + stats.failed + stats.panicked, lost + stats.lost()]
    });
    let counts = [
        (failed, "job failed", "jobs failed"),
        (panicked, "job panicked", "jobs panicked"),
        (left, "job was not done", "jobs were not done"),
        (tasks.failed, "run of a task failed", "runs of tasks failed"),
        (
            tasks.panicked,
            "run of a task panicked",
            "runs of tasks panicked",
        ),
        (
            tasks.cut_off,
            "run of a task was cut off",
            "runs of tasks were cut off",
        ),
        (
            tasks.dropped,
            "run of a task never began",
            "runs of tasks never began",
        ),
        (
            unhandled,
            "run of a handler failed",
            "runs of handlers failed",
        ),
        (lost, "event was lost", "events were lost"),
    ];
    let words = counts
        .into_iter()
        .filter_map(|(count, one, many)| match count {
            0 => None,
            1 => Some(format!("1 {one}")),
            _ => Some(format!("{count} {many}")),
        });
    let words: Vec<_> = words.collect();
    (!words.is_empty()).then(|| format!("{}: {}", component.name, words.join(", ")))
}
