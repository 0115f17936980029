//! Who holds the app up, and who only waits: the lines that come every ten seconds.

use std::collections::HashMap;
use std::fmt;
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::Instant;
use tracing::{Level, enabled, warn};

use super::{ComponentStatus, Status};
use crate::context::AppHandle;
use crate::engine::{Phase, State};
use crate::error::Short;

/// How often a line comes.
pub(super) const EVERY: Duration = Duration::from_secs(10);

/// How many of those that are busy a line names.
const BUSY: usize = 5;

/// How many of those that wait a line names, and for how many it says that each waits.
const WAITING: usize = 3;

/// Of how many characters a name or a note may be in a line.
const WORDS: usize = 60;

/// Writes a line every ten seconds while something holds up the app; `moved` says that a component moves while the app runs.
pub(super) async fn tell(app: AppHandle, moved: &Notify) {
    let shared = app.shared();
    let mut phase = app.phase();
    while phase != Phase::Ended {
        let next = shared.phase_with(|now| (now != phase).then_some(now));
        tokio::select! {
            biased;
            next = next => phase = next.unwrap_or(Phase::Ended),
            () = tell_of(&app, phase, moved) => {}
        }
    }
}

/// The lines of one phase. It never ends.
async fn tell_of(app: &AppHandle, phase: Phase, moved: &Notify) {
    match phase {
        Phase::New => std::future::pending().await,
        Phase::Running | Phase::Draining => loop {
            moved.notified().await;
            tell_of_changes(app).await;
        },
        _ => {
            let begun = Instant::now();
            loop {
                tokio::time::sleep(EVERY).await;
                say(app, begun.elapsed());
            }
        }
    }
}

/// The lines about components that move while the app runs, until none does.
async fn tell_of_changes(app: &AppHandle) {
    while let Some(oldest) = oldest(&app.status()) {
        let since = (oldest.as_nanos() % EVERY.as_nanos()) as u64;
        tokio::time::sleep(EVERY - Duration::from_nanos(since)).await;
        if let Some(oldest) = self::oldest(&app.status()).filter(|oldest| *oldest >= EVERY) {
            say(app, oldest);
        }
    }
}

/// For how long the one has been at it that has been the longest.
fn oldest(status: &Status) -> Option<Duration> {
    let moving = status.components.iter().filter(|it| it.state.is_moving());
    moving.map(|component| component.age).max()
}

fn say(app: &AppHandle, time: Duration) {
    if !enabled!(target: "lifecycle", Level::WARN) {
        return;
    }
    let status = app.status();
    let hold = Hold::of(&status);
    if let Some(text) = hold.line(time) {
        let component = hold.busy.first().map(|component| &*component.name);
        warn!(target: "lifecycle", component, "{text}");
    }
}

/// Who is busy, and who only waits.
pub(super) struct Hold<'a> {
    phase: Phase,
    /// Those for whom the most wait come first, then those that have been at it for longest.
    pub(super) busy: Vec<&'a ComponentStatus>,
    /// Those that wait for one that is busy come first, in its order.
    pub(super) waiting: Vec<&'a ComponentStatus>,
}

impl<'a> Hold<'a> {
    pub(super) fn of(status: &'a Status) -> Self {
        let phase = status.phase;
        let all = status.components.iter();
        let mut busy: Vec<_> = all.clone().filter(|it| is_busy(it, phase)).collect();
        let mut waiting: Vec<_> = all.filter(|it| !is_busy(it, phase) && waits(it)).collect();
        let mut awaited: HashMap<&str, usize> = HashMap::new();
        for name in waiting.iter().flat_map(|component| &component.waits_for) {
            *awaited.entry(name).or_default() += 1;
        }
        busy.sort_by_key(|component| {
            let waiting = awaited.get(&*component.name).copied();
            std::cmp::Reverse((waiting.unwrap_or(0), component.age))
        });
        let places: HashMap<&str, usize> = busy.iter().map(|it| &*it.name).zip(0..).collect();
        waiting.sort_by_key(|component| {
            let awaited = component.waits_for.iter();
            let first = awaited.filter_map(|name| places.get(&**name)).min();
            first.copied().unwrap_or(usize::MAX)
        });
        Self {
            phase,
            busy,
            waiting,
        }
    }

    /// The line, if anything holds the app up.
    pub(super) fn line(&self, time: Duration) -> Option<String> {
        let doing = match self.phase {
            Phase::Running | Phase::Draining if self.busy.is_empty() => return None,
            Phase::New | Phase::Ended => return None,
            Phase::Running | Phase::Draining => "held up for".to_owned(),
            phase => format!("still {phase} after"),
        };
        let mut parts: Vec<String> = self.busy.iter().take(BUSY).map(|it| busy(it)).collect();
        match self.busy.len().saturating_sub(BUSY) {
            0 if self.busy.is_empty() && self.phase == Phase::Cleaning => {
                parts.push("the app's own cleanups run".to_owned());
            }
            0 => {}
            more => parts.push(format!("{more} more are busy")),
        }
        parts.extend(self.waiting.iter().take(WAITING).map(|component| {
            format!("{} {}", words(&component.name, WORDS), waits_for(component))
        }));
        match self.waiting.len().saturating_sub(WAITING) {
            0 => {}
            1 => parts.push("1 more waits".to_owned()),
            more => parts.push(format!("{more} more wait")),
        }
        Some(format!("{doing} {}: {}", Whole(time), parts.join("; ")))
    }
}

/// Whether it does something that others may have to wait for, or is itself what the app waits for.
fn is_busy(component: &ComponentStatus, phase: Phase) -> bool {
    // Between two attempts it holds up a start; once everything was up, that wait is its own affair.
    component.state.is_moving() || phase == Phase::Starting && component.state == State::Retrying
}

fn waits(component: &ComponentStatus) -> bool {
    component.state == State::Queued || !component.waits_for.is_empty()
}

/// What one does: `Database is starting (18 s, 12 s left): migrating 3/10`.
pub(super) fn busy(component: &ComponentStatus) -> String {
    let mut text = format!(
        "{} is {} ({}",
        words(&component.name, WORDS),
        component.state.as_str(),
        Whole(component.age)
    );
    if component.attempt > 1 && matches!(component.state, State::Starting | State::Retrying) {
        text += &format!(", attempt {}", component.attempt);
    }
    if let Some(left) = component.left.filter(|left| !left.is_zero()) {
        text += &format!(", {} left", Whole(left));
    }
    text.push(')');
    if let Some(note) = &component.note {
        text += &format!(": {}", words(note, WORDS));
    }
    text
}

/// For whom one waits: `waits for Database and 2 more`.
pub(super) fn waits_for(component: &ComponentStatus) -> String {
    let names = &component.waits_for;
    let shown: Vec<String> = names
        .iter()
        .take(WAITING)
        .map(|name| words(name, WORDS))
        .collect();
    match names.len() - shown.len() {
        _ if names.is_empty() => "waits for its turn".to_owned(),
        0 => format!("waits for {}", shown.join(", ")),
        more => format!("waits for {} and {more} more", shown.join(", ")),
    }
}

/// Words of the user's, on one line and of at most so many characters.
pub(super) fn words(text: &str, most: usize) -> String {
    let mut chars = text.chars();
    let on_one_line = |c: char| if c.is_control() { ' ' } else { c };
    let start: String = chars.by_ref().take(most).map(on_one_line).collect();
    if chars.next().is_none() {
        return start.trim().to_owned();
    }
    let start: String = start.chars().take(most.saturating_sub(2)).collect();
    format!("{}..", start.trim())
}

/// A time that somebody waits: from a second on in whole ones.
pub(super) struct Whole(pub(super) Duration);

impl fmt::Display for Whole {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let time = self.0;
        if time < Duration::from_secs(1) {
            return Short(time).fmt(f);
        }
        let seconds = (time + Duration::from_millis(500)).as_secs();
        match (seconds / 60, seconds % 60) {
            (0, seconds) => write!(f, "{seconds} s"),
            (minutes, 0) => write!(f, "{minutes} min"),
            (minutes, seconds) => write!(f, "{minutes} min {seconds} s"),
        }
    }
}

#[cfg(test)]
mod tests;
