//! What every component is doing at one moment.

use std::fmt;
use std::time::Duration;

use super::ScheduleStatus;
use crate::engine::{Phase, State};
use crate::error::Short;
use crate::event::HandlerReport;
use crate::health::{Answer, Health, Level};
use crate::plan::Kind;
use crate::pool::PoolReport;
use crate::task::TaskReport;

/// A snapshot of the app.
///
/// Its `Display` is a table for people; SIGUSR1 prints it.
///
/// # Examples
///
/// ```
/// use lifecycle::engine::State;
/// use lifecycle::prelude::*;
///
/// #[resource]
/// #[derive(Default)]
/// struct Cache;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let running = App::builder(lifecycle::plan![Cache]).start();
/// running.app().started().await;
/// let status = running.app().status();
/// assert_eq!(status.component("Cache").unwrap().state, State::Up);
/// println!("{status}");
/// # }
/// ```
#[derive(Clone, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Status {
    /// The name of the app.
    pub app: String,
    /// The phase of the app.
    pub phase: Phase,
    /// How long ago the app began.
    pub age: Duration,
    /// The components, in start order.
    pub components: Vec<ComponentStatus>,
}

/// A snapshot of one component.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct ComponentStatus {
    /// The name of the component.
    pub name: String,
    /// Its kind.
    pub kind: Kind,
    /// Where it is in its life.
    pub state: State,
    /// Its run loop returned `Ok`.
    pub finished: bool,
    /// It failed for good.
    pub failed: bool,
    /// Somebody asked that it be down, and nobody since that it be up.
    pub disabled: bool,
    /// How long it has been in this state.
    pub age: Duration,
    /// How long what it is doing may still take, while it loads, starts, warms up or stops, if there is a limit.
    pub left: Option<Duration>,
    /// The number of the last attempt to start; 0 before the first.
    pub attempt: u32,
    /// How often it, or its run loop, was started anew after it had been up.
    pub restarts: u32,
    /// What it last said it was doing.
    pub note: Option<String>,
    /// How well it is: the worst of what its check, its conditions and its schedules say.
    pub health: Health,
    /// What the last health check found, whether or not that counts.
    pub check: Option<Answer>,
    /// Its worker pools, those of earlier lives included; two of one name are counted together.
    pub pools: Vec<PoolReport>,
    /// Its tasks, wake-ups and micro-tasks, if it has had any, over all lives.
    pub tasks: Option<TaskReport>,
    /// Its handlers of events.
    pub handlers: Vec<HandlerReport>,
    /// What it does again and again.
    pub schedules: Vec<ScheduleStatus>,
    /// The components for which it waits, to start or to stop. One that is disabled waits for none.
    pub waits_for: Vec<String>,
}

impl Status {
    /// The component with this name.
    #[must_use]
    pub fn component(&self, name: &str) -> Option<&ComponentStatus> {
        self.components
            .iter()
            .find(|component| component.name == name)
    }
}

#[cfg(test)]
impl ComponentStatus {
    /// One of which nothing else is known.
    pub(crate) fn bare(name: &str, kind: Kind, state: State) -> Self {
        Self {
            name: name.to_owned(),
            kind,
            state,
            finished: false,
            failed: false,
            disabled: false,
            age: Duration::ZERO,
            left: None,
            attempt: 0,
            restarts: 0,
            note: None,
            health: Health::default(),
            check: None,
            pools: Vec::new(),
            tasks: None,
            handlers: Vec::new(),
            schedules: Vec::new(),
            waits_for: Vec::new(),
        }
    }
}

impl ComponentStatus {
    fn words(&self) -> &'static str {
        match self {
            Self {
                state: State::Up,
                finished: true,
                ..
            } => "finished",
            Self {
                state: State::Down,
                failed: true,
                ..
            } => "failed",
            Self {
                state: State::Down,
                disabled: true,
                ..
            } => "disabled",
            Self { state, .. } => state.as_str(),
        }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} is {} for {}", self.app, self.phase, Short(self.age))?;
        let width = self
            .components
            .iter()
            .map(|component| component.name.chars().count())
            .max()
            .unwrap_or(0);
        for component in &self.components {
            let name = &component.name;
            write!(
                f,
                "  {name:width$}  {:17}  {:>8}",
                component.words(),
                Short(component.age)
            )?;
            if !component.waits_for.is_empty() {
                write!(f, "  waits for {}", component.waits_for.join(", "))?;
            }
            if let Some(note) = &component.note {
                write!(f, "  {note}")?;
            }
            if component.health.level() > Level::Healthy {
                write!(f, "  {}", component.health)?;
            }
            for handler in component
                .handlers
                .iter()
                .filter(|handler| handler.is_worth_a_look())
            {
                write!(f, "  {handler}")?;
            }
            writeln!(f)?;
            component.fmt_work(f, self.age)?;
        }
        Ok(())
    }
}
