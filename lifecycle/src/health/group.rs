//! Groups of components, for probes. Pure: what is known of each component goes in, and who fails comes out.

use std::fmt;

use super::Level;
use crate::engine::{Phase, State};
pub(crate) use crate::plan::groups::{LIVENESS, OF_EVERY_APP, READINESS, STARTUP};
use crate::text::visible;

/// An answer to a probe: whether what belongs together is well.
///
/// Its `Display` is one line for each member, then one with the answer:
///
/// ```text
/// [+]Database ok
/// [-]Replica failed: no route
/// readiness fails
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Group {
    /// Its name: `startup`, `readiness`, `liveness`, or one of the app's own.
    pub name: String,
    /// Whether it holds.
    pub passing: bool,
    /// What is in the way; nothing, if it holds.
    pub failing: Vec<Failing>,
    /// The components that belong to it, in start order.
    pub members: Vec<String>,
}

/// What keeps a [`Group`] from holding. Its `Display` is its line in that of the group.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Failing {
    /// The component; `None` for the app as a whole, which is stopping, say.
    pub component: Option<String>,
    /// Why, for people.
    pub reason: String,
}

impl Group {
    /// The HTTP status with which a probe is answered: 200 if the group holds, else 503.
    #[must_use]
    pub const fn http_status(&self) -> u16 {
        if self.passing { 200 } else { 503 }
    }
}

impl fmt::Display for Group {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for failing in self.failing.iter().filter(|it| it.component.is_none()) {
            writeln!(f, "{failing}")?;
        }
        for name in &self.members {
            let mut failing = self.failing.iter();
            match failing.find(|it| it.component.as_ref() == Some(name)) {
                Some(failing) => writeln!(f, "{failing}")?,
                None => writeln!(f, "[+]{} ok", visible(name))?,
            }
        }
        let answer = if self.passing { "passes" } else { "fails" };
        writeln!(f, "{} {answer}", self.name)
    }
}

impl fmt::Display for Failing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = visible(self.component.as_deref().unwrap_or("app"));
        write!(f, "[-]{name} failed: {}", visible(&self.reason))
    }
}

/// What groups ask of a component.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Standing {
    pub(crate) state: State,
    /// The app cannot do without it.
    pub(crate) required: bool,
    /// It has been up at least once.
    pub(crate) been_up: bool,
    /// It has promised signs of life.
    pub(crate) beats: bool,
    /// One of them did not come, and the work that owes it has not ended.
    pub(crate) missed: bool,
    pub(crate) level: Level,
    /// The groups that it has joined.
    pub(crate) groups: &'static [&'static str],
}

impl Standing {
    /// Whether it is up and not unhealthy.
    pub(crate) fn is_ready(&self) -> bool {
        self.state == State::Up && self.level < Level::Unhealthy
    }

    pub(crate) fn is_in(&self, group: &str) -> bool {
        self.groups.contains(&group)
            || match group {
                STARTUP | READINESS => self.required,
                LIVENESS => self.beats,
                _ => false,
            }
    }

    /// Whether it keeps a group from holding that it is in.
    pub(crate) fn fails(&self, group: &str) -> bool {
        match group {
            STARTUP => !self.been_up,
            // One that is yet to start, or is down, is not to end the process.
            LIVENESS => {
                let ill = self.level == Level::Unhealthy && self.groups.contains(&LIVENESS);
                self.missed || ill
            }
            _ => !self.is_ready(),
        }
    }
}

/// What keeps a group from holding that is none of a component's.
pub(crate) fn failing_app(group: &str, phase: Phase, stall: Option<String>) -> Option<String> {
    match (group, phase) {
        (STARTUP, Phase::New | Phase::Loading) => Some(phase.to_string()),
        (READINESS, Phase::Running) => stall,
        (READINESS, phase) => Some(phase.to_string()),
        (LIVENESS, _) => stall,
        _ => None,
    }
}
