//! What happened, in words: a line for each entry of the feed.

use serde::Serialize;

use super::feed::{Entry, Told};
use crate::engine::{Change, Force, Key, Phase, What};
use crate::error::Short;
use crate::health::Level;
use crate::plan::Plan;

/// A line of the last events.
#[derive(Debug, Serialize)]
pub(super) struct Line {
    seq: u64,
    at_ms: u64,
    kind: &'static str,
    component: Option<String>,
    level: &'static str,
    text: String,
}

const INFO: &str = "info";
const WARN: &str = "warn";
const ERROR: &str = "error";

impl Line {
    pub(super) fn new(entry: Entry, plan: Option<&Plan>) -> Self {
        let kind = match &entry.told {
            Told::Event(What::Component(..)) => "change",
            Told::Event(_) => "app",
            Told::Note(..) => "note",
            Told::Error(..) => "error",
            Told::Health(..) => "health",
        };
        let name = |key: Key| Some(plan?.nodes().get(key as usize)?.name().to_owned());
        let (component, level, text) = match entry.told {
            Told::Event(What::Component(key, change)) => {
                let (level, text) = change_words(change);
                (name(key), level, text)
            }
            Told::Event(What::Shutdown(cause)) => {
                let level = if cause.is_failure() { ERROR } else { INFO };
                let component = cause.component().and_then(name);
                (
                    component,
                    level,
                    format!("the app stops: {}", cause.as_str()),
                )
            }
            Told::Event(What::Phase(Phase::Ended)) => (None, INFO, "the app has ended".to_owned()),
            Told::Event(What::Phase(phase)) => (None, INFO, format!("the app is {phase}")),
            Told::Event(What::Ignored(signal)) => (
                None,
                WARN,
                format!("{signal} ignored: the app is stopping already"),
            ),
            Told::Event(What::Forced(Force::Signal(signal))) => {
                (None, WARN, format!("{signal} forces the end"))
            }
            Told::Event(What::Forced(Force::Timeout)) => (
                None,
                ERROR,
                "the shutdown timeout has passed: all is aborted".to_owned(),
            ),
            Told::Note(component, text) => (Some(component.into()), INFO, text.into()),
            Told::Error(component, text) => (component.map(Into::into), ERROR, text.into()),
            Told::Health(component, level, reason) => {
                let text = match reason {
                    Some(reason) => format!("{level}: {reason}"),
                    None => level.to_string(),
                };
                (Some(component.into()), health_level(level), text)
            }
        };
        Self {
            seq: entry.seq,
            at_ms: entry.at.as_millis() as u64,
            kind,
            component,
            level,
            text,
        }
    }
}

fn health_level(level: Level) -> &'static str {
    match level {
        Level::Healthy | Level::Hint => INFO,
        Level::Warning => WARN,
        Level::Unhealthy => ERROR,
    }
}

fn change_words(change: Change) -> (&'static str, String) {
    let text = match change {
        Change::Loading => "loads",
        Change::Loaded => "is loaded",
        Change::Queued => "stands in line to start",
        Change::Starting { attempt: 0 | 1 } => "starts",
        Change::Starting { attempt } => return (INFO, format!("starts, attempt {attempt}")),
        Change::AttemptFailed(failure) | Change::Crashed(failure) => {
            return (
                WARN,
                format!("{} in {}", failure.kind.as_str(), failure.stage),
            );
        }
        Change::Retrying { after } => {
            return (WARN, format!("starts again in {}", Short(after)));
        }
        Change::Warming => "has started, not yet ready",
        Change::Up => "is up",
        Change::Finished => "has finished",
        Change::Failed(failure) => {
            let (kind, stage) = (failure.kind.as_str(), failure.stage);
            return (ERROR, format!("has failed for good: {kind} in {stage}"));
        }
        Change::Problem(failure) => {
            return (
                ERROR,
                format!("{} in {}", failure.kind.as_str(), failure.stage),
            );
        }
        Change::Cancelling => "its start is cancelled",
        Change::Quiescing => "is told to stop",
        Change::Stopping => "stops",
        Change::Cleaning => "cleans up",
        Change::Overstayed(stage) => {
            return (WARN, format!("took too long in {stage}: aborted"));
        }
        Change::Recalling => "ends its work to restart",
        Change::Tidying => "cleans up to restart",
        Change::Restarting { after, restarts } => {
            let level = if restarts > 0 { WARN } else { INFO };
            let when = if after.is_zero() {
                "at once".to_owned()
            } else {
                format!("in {}", Short(after))
            };
            return (level, format!("restarts {when}"));
        }
        Change::Down => "is down",
        Change::GivenUp(stage) => {
            return (
                ERROR,
                format!("does not end in {stage} even when aborted: given up"),
            );
        }
        Change::Extended => "has its deadline moved",
        Change::Disabled => "is disabled",
        Change::Enabled => "is enabled",
    };
    (INFO, text.to_owned())
}
