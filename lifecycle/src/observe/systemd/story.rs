//! What is to be told: plain rules, without a socket or a clock.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fmt;
use std::time::Duration;

use crate::engine::{Cause, Change, Phase, What};
use crate::health::{Health, Level};
use crate::observe::Event;
use crate::plan::{Kind, Plan};

/// What the manager waits for beyond the limit of the app, so that the app's own end comes first.
const MARGIN: Duration = Duration::from_secs(5);

/// The longest time for which the manager is asked to wait.
const LONGEST: Duration = Duration::from_secs(3_600);

/// How many characters of a status the manager gets.
const STATUS: usize = 300;

/// A turn of the app's life that the manager must hear of, and in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Turn {
    Ready,
    Stopping,
}

/// One datagram.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Message {
    turn: Option<Turn>,
    status: Option<String>,
    /// For how long the manager is asked to wait.
    extend: Option<Duration>,
}

impl fmt::Display for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.turn {
            Some(Turn::Ready) => writeln!(f, "READY=1")?,
            Some(Turn::Stopping) => writeln!(f, "STOPPING=1")?,
            None => {}
        }
        if let Some(status) = &self.status {
            writeln!(f, "STATUS={status}")?;
        }
        match self.extend {
            Some(extend) => writeln!(f, "EXTEND_TIMEOUT_USEC={}", extend.as_micros()),
            None => Ok(()),
        }
    }
}

/// What has happened, as far as it is to be told, and what was told of it.
#[derive(Debug)]
pub(super) struct Story {
    phase: Phase,
    components: Vec<Known>,
    /// Why the app stops.
    cause: Option<(Cause, String)>,
    /// How many were alive when it began to stop.
    to_stop: usize,
    /// Who last said what it is doing, and is still at it.
    note: Option<(String, String)>,
    /// Those that are not well, as far as they have told.
    ill: BTreeMap<String, Ill>,
    /// Those that have failed for good.
    failed: BTreeSet<String>,
    /// The last error, or that for which the app stops.
    error: Option<(Option<String>, String)>,
    /// What was not told yet.
    turns: VecDeque<Turn>,
    status: String,
    has_progress: bool,
}

/// How one is that is not well.
#[derive(Debug)]
struct Ill {
    health: Health,
    /// It is not down. What it told stays: one that is up again and as ill as before does not tell it once more.
    is_there: bool,
}

/// What is known of one component.
#[derive(Clone, Copy, Debug, Default)]
struct Known {
    /// Not `main`, which is called when all are up.
    counts: bool,
    live: bool,
    up: bool,
    disabled: bool,
}

impl Default for Story {
    fn default() -> Self {
        Self {
            phase: Phase::New,
            components: Vec::new(),
            cause: None,
            to_stop: 0,
            note: None,
            ill: BTreeMap::new(),
            failed: BTreeSet::new(),
            error: None,
            turns: VecDeque::new(),
            status: String::new(),
            has_progress: false,
        }
    }
}

impl Story {
    pub(super) fn event(&mut self, event: &Event<'_>) {
        self.has_progress = true;
        self.meet(event.plan());
        match event.what() {
            What::Phase(phase) => {
                self.phase = phase;
                if phase == Phase::Running {
                    self.turns.push_back(Turn::Ready);
                    self.note = None;
                }
            }
            What::Shutdown(cause) => self.shutdown(cause, event.plan()),
            What::Component(key, change) => {
                self.components[key as usize].apply(change);
                self.component(event.plan().nodes()[key as usize].name(), change);
            }
            What::Ignored(_) | What::Forced(_) => {}
        }
    }

    /// Components may have been added.
    fn meet(&mut self, plan: &Plan) {
        let known = self.components.len();
        let new = plan.nodes()[known..].iter().map(|node| Known {
            counts: node.declaration().kind != Kind::Main,
            ..Known::default()
        });
        self.components.extend(new);
    }

    fn component(&mut self, name: &str, change: Change) {
        if let Change::Up | Change::Down | Change::GivenUp(_) = change
            && let Some(ill) = self.ill.get_mut(name)
        {
            ill.is_there = change == Change::Up;
        }
        match change {
            Change::Failed(_) => drop(self.failed.insert(name.to_owned())),
            Change::Starting { .. } => drop(self.failed.remove(name)),
            Change::Up | Change::Down | Change::GivenUp(_) => {
                self.note = self.note.take().filter(|(who, _)| who != name);
            }
            _ => {}
        }
    }

    fn shutdown(&mut self, cause: Cause, plan: &Plan) {
        let name = |key| plan.nodes()[key as usize].name();
        let component = cause.component().map(name);
        let words = match component {
            Some(name) => format!("{}: {name}", cause.as_str()),
            None => cause.as_str().to_owned(),
        };
        self.error = self
            .error
            .take()
            .filter(|(who, _)| who.is_some() && who.as_deref() == component);
        self.cause = Some((cause, words));
        self.to_stop = self.live();
        self.note = None;
        self.turns.push_back(Turn::Stopping);
    }

    pub(super) fn note(&mut self, component: &str, note: &str) {
        self.has_progress = true;
        self.note = Some((component.to_owned(), line(note)));
    }

    /// Something went wrong; the first error of those for which the app stops is the one to tell.
    pub(super) fn error(&mut self, component: Option<&str>, text: String) {
        if self.cause.is_none() || self.error.is_none() {
            self.error = Some((component.map(str::to_owned), line(&text)));
        }
    }

    pub(super) fn health(&mut self, component: &str, health: &Health) {
        if health.level() == Level::Healthy {
            self.ill.remove(component);
        } else {
            let ill = Ill {
                health: health.clone(),
                is_there: true,
            };
            self.ill.insert(component.to_owned(), ill);
        }
    }

    /// What to tell next, if there is anything, with so much time left for the start or the stop.
    ///
    /// Progress that is made from here on is for the next one. It has to be said whether it was [`told`](Self::told) or
    /// [`lost`](Self::lost).
    pub(super) fn message(&mut self, left: Option<Duration>) -> Option<Message> {
        let moves = !matches!(self.phase, Phase::New | Phase::Running | Phase::Ended);
        let has_progress = std::mem::take(&mut self.has_progress);
        let extend = left.filter(|_| moves && has_progress);
        let status = line(&self.words());
        let message = Message {
            turn: self.turns.front().copied(),
            status: Some(status).filter(|status| *status != self.status),
            extend: extend.map(|left| left.saturating_add(MARGIN).min(LONGEST)),
        };
        let is_empty =
            message.turn.is_none() && message.status.is_none() && message.extend.is_none();
        (!is_empty).then_some(message)
    }

    /// It got through.
    pub(super) fn told(&mut self, message: Message) {
        if message.turn.is_some() {
            self.turns.pop_front();
        }
        if let Some(status) = message.status {
            self.status = status;
        }
    }

    /// It did not get through.
    pub(super) fn lost(&mut self, message: &Message) {
        self.has_progress |= message.extend.is_some();
    }

    fn live(&self) -> usize {
        let live = self.components.iter().filter(|it| it.counts && it.live);
        live.count()
    }

    fn words(&self) -> String {
        let cause = self.cause.as_ref().map_or("", |(_, words)| words);
        match self.phase {
            Phase::New | Phase::Loading | Phase::Cleaning => self.phase.to_string(),
            Phase::Starting => {
                let all = self
                    .components
                    .iter()
                    .filter(|it| it.counts && !it.disabled);
                let (up, all) = (all.clone().filter(|it| it.up).count(), all.count());
                format!("starting: {up} of {all}{}", Note(self.note.as_ref()))
            }
            Phase::Running => self.running(),
            Phase::Draining => format!("draining: {cause}{}", Note(self.note.as_ref())),
            Phase::Stopping => {
                let (down, all) = (self.to_stop.saturating_sub(self.live()), self.to_stop);
                let note = Note(self.note.as_ref());
                format!("stopping: {cause}, {down} of {all} down{note}")
            }
            Phase::Ended => match (&self.cause, &self.error) {
                (Some((cause, _)), Some((_, error))) if cause.is_failure() => {
                    format!("failed: {error}")
                }
                (Some((cause, words)), None) if cause.is_failure() => format!("failed: {words}"),
                (_, Some((_, error))) => format!("ended, but {error}"),
                (_, None) => "ended".to_owned(),
            },
        }
    }

    fn running(&self) -> String {
        let ill = self.ill.iter().filter(|(_, ill)| ill.is_there);
        let others = (ill.clone().count() + self.failed.len()).saturating_sub(1);
        // The worst first, and of equals the first by name.
        let worst = ill.rev().max_by_key(|(_, ill)| ill.health.level());
        let first = match (self.failed.first(), worst) {
            (Some(name), _) => format!("component failed: {name}"),
            (None, Some((name, Ill { health, .. }))) => match health.reason() {
                Some(reason) => format!("{}: {name}: {reason}", health.level()),
                None => format!("{}: {name}", health.level()),
            },
            (None, None) => return "running".to_owned(),
        };
        match others {
            0 => first,
            more => format!("{first}, and {more} more"),
        }
    }
}

impl Known {
    fn apply(&mut self, change: Change) {
        match change {
            Change::Starting { .. } => self.live = true,
            Change::Up => self.up = true,
            Change::Down | Change::GivenUp(_) => {
                self.live = false;
                self.up = false;
            }
            Change::Disabled => self.disabled = true,
            Change::Enabled => self.disabled = false,
            _ => {}
        }
    }
}

/// What somebody said, behind the rest.
struct Note<'a>(Option<&'a (String, String)>);

impl fmt::Display for Note<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some((component, note)) => write!(f, "; {component}: {note}"),
            None => Ok(()),
        }
    }
}

/// One line of a bounded length: a line break would begin another message to the manager.
fn line(text: &str) -> String {
    let plain = |c: char| if c.is_control() { ' ' } else { c };
    let mut line: String = text.chars().take(STATUS).map(plain).collect();
    if text.chars().nth(STATUS).is_some() {
        line.push_str("..");
    }
    line
}

#[cfg(test)]
mod tests;
