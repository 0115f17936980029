//! How well a component is.

use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

use crate::text::visible;

/// How well something is; the worse, the greater.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize),
    serde(rename_all = "snake_case")
)]
#[non_exhaustive]
pub enum Level {
    /// All is well.
    #[default]
    Healthy,
    /// Degraded, and worth knowing: it does its work.
    Hint,
    /// Degraded, and somebody should look: it does its work in part, or not for long.
    Warning,
    /// It does not do its work.
    Unhealthy,
}

impl Level {
    /// The level in lower case.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Healthy => "healthy",
            Self::Hint => "hint",
            Self::Warning => "warning",
            Self::Unhealthy => "unhealthy",
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// How well a component is, and why it is not better. What goes beyond 2,000 bytes of a reason is left out.
///
/// Its `Display` is one line: a line break in the reason is written out as `\n`.
///
/// # Examples
///
/// ```
/// use lifecycle::health::{Health, Level};
///
/// let lagging = Health::hint("the replica is 3 s behind");
/// assert!(lagging.level() < Level::Unhealthy);
/// assert_eq!(lagging.to_string(), "hint: the replica is 3 s behind");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[must_use = "how well it is says nothing until somebody is told"]
pub struct Health {
    level: Level,
    reason: Option<Cow<'static, str>>,
}

impl Health {
    /// All is well.
    pub const fn healthy() -> Self {
        Self {
            level: Level::Healthy,
            reason: None,
        }
    }

    /// Degraded, and worth knowing.
    pub fn hint(reason: impl Into<Cow<'static, str>>) -> Self {
        Self::because(Level::Hint, reason)
    }

    /// Degraded, and somebody should look.
    pub fn warning(reason: impl Into<Cow<'static, str>>) -> Self {
        Self::because(Level::Warning, reason)
    }

    /// It does not do its work.
    pub fn unhealthy(reason: impl Into<Cow<'static, str>>) -> Self {
        Self::because(Level::Unhealthy, reason)
    }

    pub(crate) fn because(level: Level, reason: impl Into<Cow<'static, str>>) -> Self {
        let reason = match reason.into() {
            Cow::Owned(reason) => Cow::Owned(bounded(reason)),
            // The program itself has no text that grows.
            literal @ Cow::Borrowed(_) => literal,
        };
        Self {
            level,
            reason: Some(reason),
        }
    }

    /// The same, but no worse than this.
    pub(crate) fn at_most(mut self, level: Level) -> Self {
        self.level = self.level.min(level);
        self
    }

    /// How well.
    #[must_use]
    pub const fn level(&self) -> Level {
        self.level
    }

    /// Why it is not better; nothing, if all is well.
    #[must_use]
    pub fn reason(&self) -> Option<&str> {
        self.reason.as_deref()
    }
}

impl fmt::Display for Health {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.level)?;
        match &self.reason {
            Some(reason) => write!(f, ": {}", visible(reason)),
            None => Ok(()),
        }
    }
}

/// How well a component is has changed: its level, or the reason of it.
///
/// It is what counts, all taken together: one failed check of three is no change. What changes back before anybody looks is
/// not told, nor is what changes while a component ends or is down; when it is up again, the change from what was told last is.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct HealthChange<'a> {
    /// When, since the app began.
    pub at: Duration,
    /// The name of the component.
    pub component: &'a str,
    /// How well it was.
    pub before: Level,
    /// How well it is.
    pub health: &'a Health,
    /// The log has it already.
    pub(crate) is_logged: bool,
}

/// How long a text may be, in bytes, that is kept and shown.
const LONGEST: usize = 2_000;

/// Cuts a text that nobody would read to its end.
pub(crate) fn bounded(mut text: String) -> String {
    if text.len() > LONGEST {
        const CUT: &str = " ..";
        let mut boundaries = (0..=LONGEST - CUT.len()).rev();
        let boundary = boundaries.find(|at| text.is_char_boundary(*at));
        text.truncate(boundary.unwrap_or(0));
        text.push_str(CUT);
        text.shrink_to_fit();
    }
    text
}
