//! The moments of a component's life.

use std::fmt;

/// The moments of a component's life at which its own code runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize),
    serde(rename_all = "snake_case")
)]
#[non_exhaustive]
pub enum Stage {
    /// `#[load]`
    Load,
    /// `#[start]`
    Start,
    /// `#[run]`
    Run,
    /// A task that the component spawned.
    Task,
    /// `#[health]`
    Health,
    /// `#[drain]`
    Drain,
    /// `#[stop]`
    Stop,
    /// A cleanup that the component registered.
    Cleanup,
}

impl Stage {
    /// The stages that have a hook of their own.
    pub const HOOKS: [Self; 6] = [
        Self::Load,
        Self::Start,
        Self::Run,
        Self::Health,
        Self::Drain,
        Self::Stop,
    ];

    /// The name of the hook, in lower case.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Load => "load",
            Self::Start => "start",
            Self::Run => "run",
            Self::Task => "task",
            Self::Health => "health",
            Self::Drain => "drain",
            Self::Stop => "stop",
            Self::Cleanup => "cleanup",
        }
    }
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
