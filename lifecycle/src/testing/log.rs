//! The events of an app, kept in order.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crate::engine::{Change, Force, What};
use crate::error::Error;
use crate::observe::{Event, Observer};

/// One event, with what people would call it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Line {
    /// When, since the app began.
    pub at: Duration,
    /// The component that changed, if one did.
    pub component: Option<String>,
    /// What happened; `None` for a note or an error.
    pub what: Option<What>,
    /// The same in words: `Database up`.
    pub text: String,
}

/// The event log of an app. Cheap to clone, and all clones are one log; its `Display` is one line an event.
///
/// It has what components go through, what they note, and what they fail with. What jobs, tasks, handlers of events and
/// schedules fail with fails no component and is not in it: statuses and reports have that, in the `pools`, `tasks`,
/// `handlers` and `schedules` of each [component](crate::app::ComponentReport).
///
/// It is an [`Observer`], so an app outside of a [`TestApp`](super::TestApp) can have one too.
///
/// # Examples
///
/// ```
/// use lifecycle::prelude::*;
/// use lifecycle::testing::TestApp;
///
/// #[resource]
/// #[derive(Default)]
/// struct Database;
///
/// #[resource(depends_on = [Database])]
/// #[derive(Default)]
/// struct Api;
///
/// TestApp::new(lifecycle::plan![Api]).run(|app| async move {
///     app.started().await;
///     let log = app.stop().await.log;
///     assert_eq!(log.up(), ["Database", "Api"]);
///     assert_eq!(log.down(), ["Api", "Database"]);
///     assert!(log.has("app stops: it was asked to"));
///     println!("{log}");
/// });
/// ```
#[derive(Clone, Debug, Default)]
pub struct EventLog {
    lines: Arc<Mutex<Vec<Line>>>,
}

impl EventLog {
    /// All events so far.
    #[must_use]
    pub fn lines(&self) -> Vec<Line> {
        self.lines
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// The names of the components whose start hook was called, in that order, each attempt once.
    #[must_use]
    pub fn started(&self) -> Vec<String> {
        self.components(|change| matches!(change, Change::Starting { .. }))
    }

    /// The names of the components that came up, in that order.
    #[must_use]
    pub fn up(&self) -> Vec<String> {
        self.components(|change| matches!(change, Change::Up))
    }

    /// The names of the components that were told to stop, in that order.
    #[must_use]
    pub fn told_to_stop(&self) -> Vec<String> {
        self.components(|change| matches!(change, Change::Quiescing))
    }

    /// The names of the components that went down, in that order.
    #[must_use]
    pub fn down(&self) -> Vec<String> {
        self.components(|change| matches!(change, Change::Down))
    }

    /// When the first event came that reads like this, such as `Database up`.
    #[must_use]
    pub fn at(&self, text: &str) -> Option<Duration> {
        let lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        lines
            .iter()
            .find(|line| line.text == text)
            .map(|line| line.at)
    }

    /// Whether an event came that reads like this.
    #[must_use]
    pub fn has(&self, text: &str) -> bool {
        self.at(text).is_some()
    }

    fn components(&self, wanted: impl Fn(Change) -> bool) -> Vec<String> {
        let lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        let name = |line: &Line| match line.what {
            Some(What::Component(_, change)) if wanted(change) => line.component.clone(),
            _ => None,
        };
        lines.iter().filter_map(name).collect()
    }

    fn push(&self, line: Line) {
        self.lines
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(line);
    }

    fn last(&self) -> Duration {
        self.lines
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .last()
            .map_or(Duration::ZERO, |line| line.at)
    }
}

impl Observer for EventLog {
    fn on_event(&self, event: &Event<'_>) {
        let component = event.component().map(str::to_owned);
        let text = match (event.what(), &component) {
            (What::Component(_, change), Some(name)) => format!("{name} {}", words(change)),
            (What::Phase(phase), _) => format!("app {phase}"),
            (What::Shutdown(cause), _) => format!("app stops: {}", cause.as_str()),
            (What::Ignored(signal), _) => format!("app ignores {signal}"),
            (What::Forced(Force::Signal(signal)), _) => format!("app forced by {signal}"),
            (What::Forced(Force::Timeout), _) => "app forced by its shutdown timeout".to_owned(),
            (What::Component(..), None) => return,
        };
        self.push(Line {
            at: event.at(),
            component,
            what: Some(event.what()),
            text,
        });
    }

    fn on_note(&self, component: &str, note: &str) {
        let text = format!("{component} says: {note}");
        self.push(Line {
            at: self.last(),
            component: Some(component.to_owned()),
            what: None,
            text,
        });
    }

    fn on_error(&self, error: &Error) {
        let component = error.component().map(str::to_owned);
        self.push(Line {
            at: self.last(),
            component,
            what: None,
            text: error.chain().join(": "),
        });
    }
}

fn words(change: Change) -> String {
    match change {
        Change::Loading => "loading".to_owned(),
        Change::Loaded => "loaded".to_owned(),
        Change::Queued => "queued".to_owned(),
        Change::Starting { attempt: 1 } => "starting".to_owned(),
        Change::Starting { attempt } => format!("starting, attempt {attempt}"),
        Change::AttemptFailed(failure) => format!("attempt failed ({})", failure.kind.as_str()),
        Change::Retrying { .. } => "retrying".to_owned(),
        Change::Warming => "warming".to_owned(),
        Change::Up => "up".to_owned(),
        Change::Finished => "finished".to_owned(),
        Change::Failed(failure) => {
            format!("failed in {} ({})", failure.stage, failure.kind.as_str())
        }
        Change::Problem(failure) => {
            format!("problem in {} ({})", failure.stage, failure.kind.as_str())
        }
        Change::Crashed(failure) => {
            format!("crashed in {} ({})", failure.stage, failure.kind.as_str())
        }
        Change::Recalling => "recalling".to_owned(),
        Change::Tidying => "tidying".to_owned(),
        Change::Restarting { restarts, .. } => format!("restarting ({restarts})"),
        Change::Cancelling => "cancelling".to_owned(),
        Change::Quiescing => "told to stop".to_owned(),
        Change::Stopping => "stopping".to_owned(),
        Change::Cleaning => "cleaning".to_owned(),
        Change::Overstayed(stage) => format!("overstayed in {stage}"),
        Change::Down => "down".to_owned(),
        Change::GivenUp(stage) => format!("given up in {stage}"),
        Change::Extended => "extended".to_owned(),
        Change::Disabled => "disabled".to_owned(),
        Change::Enabled => "enabled".to_owned(),
    }
}

impl fmt::Display for EventLog {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for line in self.lines() {
            writeln!(f, "{:>9.3} s  {}", line.at.as_secs_f64(), line.text)?;
        }
        Ok(())
    }
}
