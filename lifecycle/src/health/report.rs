//! How well an app is, at one moment.

use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

use super::{Group, Health, Level};
use crate::engine::{Phase, State};
use crate::error::Short;
use crate::plan::Kind;
use crate::text::visible;

/// How well an app is, and each component of it: [`AppHandle::health`](crate::AppHandle::health) gives it.
///
/// It is a snapshot, and to take it changes nothing and runs no check. Its `Display` is one line for each component, and one
/// for the app:
///
/// ```text
/// [+]Settings ok
/// [+]Replica ok, hint: 3 s behind
/// [-]Database failed: no route
/// [-]Api not ready: starting for 2 s
/// shop is starting after 4 s, not ready; unhealthy: Database: no route
/// ```
#[derive(Clone, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Report {
    /// The name of the app.
    pub app: String,
    /// The phase in which it is.
    pub phase: Phase,
    /// How long ago it began.
    #[cfg_attr(feature = "serde", serde(serialize_with = "seconds"))]
    pub age: Duration,
    /// How well it is: as its worst component, whose name stands before the reason. One that the app can do without makes it
    /// no worse than a warning.
    pub health: Health,
    /// Since when what makes it so has been so, since the app began.
    #[cfg_attr(feature = "serde", serde(serialize_with = "seconds"))]
    pub since: Duration,
    /// `startup`, `readiness` and `liveness`, then the app's own.
    pub groups: Vec<Group>,
    /// The components, in start order.
    pub components: Vec<ComponentHealth>,
}

/// How well a component is.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct ComponentHealth {
    /// The name of the component.
    pub name: String,
    /// Its kind.
    pub kind: Kind,
    /// Where it is in its life.
    pub state: State,
    /// Whether the app cannot do without it.
    pub required: bool,
    /// Whether it is up and not unhealthy.
    pub ready: bool,
    /// Why it is not ready, for people: what is wrong with it, or what it is doing instead.
    pub unready: Option<String>,
    /// How well it is: the worst of what its check, its conditions and its schedules say. One that is down although the app
    /// is running and cannot do without it is unhealthy. One that is on its way up is not ready, and not ill for that.
    pub health: Health,
    /// Since when it has had this level, or been in this state, since the app began.
    #[cfg_attr(feature = "serde", serde(serialize_with = "seconds"))]
    pub since: Duration,
    /// What the last check found.
    pub check: Option<Answer>,
    /// What it says itself, oldest first.
    pub conditions: Vec<Condition>,
    /// The last 50 errors that it has told, oldest first.
    pub errors: Vec<Noted>,
    /// What it depends on.
    pub depends_on: Vec<String>,
}

/// The last answer of a health check, as it is: whether it counts is another question, see
/// [`CheckPolicy`](crate::plan::CheckPolicy).
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Answer {
    /// What it found. An error, a panic and a check that takes too long are unhealthy; the reason is then the message of the
    /// error and those of its sources, outermost first.
    pub health: Health,
    /// How long the check took.
    #[cfg_attr(feature = "serde", serde(serialize_with = "seconds"))]
    pub took: Duration,
    /// When it ended, or was given up, since the app began.
    #[cfg_attr(feature = "serde", serde(serialize_with = "seconds"))]
    pub at: Duration,
    /// How many have failed in a row, this one included.
    pub failures: u32,
    /// For how long a check has gone on that does not even end when it is dropped, because it blocks its thread. No other
    /// one begins meanwhile.
    #[cfg_attr(feature = "serde", serde(serialize_with = "maybe_seconds"))]
    pub hanging: Option<Duration>,
}

/// Something that a component says about itself until it takes it back.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Condition {
    /// What it is about: there is one for each key.
    pub key: Cow<'static, str>,
    /// What it says.
    pub health: Health,
    /// Since when it has had this level, since the app began.
    #[cfg_attr(feature = "serde", serde(serialize_with = "seconds"))]
    pub since: Duration,
}

/// An error that a component has told.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Noted {
    /// When, since the app began.
    #[cfg_attr(feature = "serde", serde(serialize_with = "seconds"))]
    pub at: Duration,
    /// Its message and those of its sources, outermost first; what goes beyond 2,000 bytes is left out.
    pub error: String,
}

impl Report {
    /// The group with this name.
    #[must_use]
    pub fn group(&self, name: &str) -> Option<&Group> {
        self.groups.iter().find(|group| group.name == name)
    }

    /// The component with this name, the first if there are several.
    #[must_use]
    pub fn component(&self, name: &str) -> Option<&ComponentHealth> {
        let mut components = self.components.iter();
        components.find(|component| component.name == name)
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for component in &self.components {
            writeln!(f, "{component}")?;
        }
        let Self {
            app, phase, health, ..
        } = self;
        write!(f, "{app} is {phase} after {}", Short(self.age))?;
        let ready = self.group(super::group::READINESS);
        f.write_str(match ready.is_some_and(|group| group.passing) {
            true => ", ready; ",
            false => ", not ready; ",
        })?;
        writeln!(f, "{health}")
    }
}

impl fmt::Display for ComponentHealth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, health) = (visible(&self.name), &self.health);
        match (self.unready.as_deref().map(visible), health.level()) {
            (Some(reason), Level::Unhealthy) => write!(f, "[-]{name} failed: {reason}"),
            (Some(reason), _) => write!(f, "[-]{name} not ready: {reason}"),
            (None, Level::Healthy) => write!(f, "[+]{name} ok"),
            (None, _) => write!(f, "[+]{name} ok, {health}"),
        }
    }
}

#[cfg(feature = "serde")]
fn seconds<S: serde::Serializer>(time: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64(time.as_secs_f64())
}

#[cfg(feature = "serde")]
#[expect(clippy::ref_option, reason = "serde gives what it has")]
fn maybe_seconds<S: serde::Serializer>(
    time: &Option<Duration>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match time {
        Some(time) => serializer.serialize_some(&time.as_secs_f64()),
        None => serializer.serialize_none(),
    }
}

#[cfg(test)]
mod tests;
