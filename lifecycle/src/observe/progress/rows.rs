//! What stands in the list.

use std::time::Duration;

use crate::engine::{Phase, State};
use crate::observe::hold::{Hold, Whole, waits_for, words};
use crate::observe::{ComponentStatus, Status};

/// How many lines there are below the first one: with it they fit a terminal of ten.
const ROWS: usize = 8;

/// How many characters the column of names may have.
const NAMES: usize = 24;

/// How many characters of a note there may be.
const NOTES: usize = 60;

/// A line, and whether somebody is busy there.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) busy: bool,
    pub(super) text: String,
}

/// The list: what the app does, who is busy, who waits, and how many more there are.
pub(super) fn rows(status: &Status) -> Vec<Row> {
    let hold = Hold::of(status);
    let (busy, waiting) = (&hold.busy, &hold.waiting);
    let all = busy.len() + waiting.len();
    // The last line counts those for whom there is no other.
    let shown = if all > ROWS { ROWS - 1 } else { all };
    let named = busy.iter().chain(waiting).take(shown);
    let width = named.clone().map(|it| name(it).chars().count()).max();
    let width = width.unwrap_or(0);
    let mut rows = vec![Row {
        busy: false,
        text: title(status),
    }];
    rows.extend(named.enumerate().map(|(i, component)| Row {
        busy: i < busy.len(),
        text: if i < busy.len() {
            busy_row(component, width)
        } else {
            format!("{:width$}  {}", name(component), waits_for(component))
        },
    }));
    let (more_busy, more_wait) = (
        busy.len().saturating_sub(shown),
        waiting.len() - shown.saturating_sub(busy.len()),
    );
    let busy = match more_busy {
        0 => None,
        1 => Some("1 more is busy".to_owned()),
        more => Some(format!("{more} more are busy")),
    };
    let wait = match more_wait {
        0 => None,
        1 => Some("1 more waits".to_owned()),
        more => Some(format!("{more} more wait")),
    };
    let text = match (busy, wait) {
        (None, None) => return rows,
        (Some(busy), Some(wait)) => format!("and {busy}, {wait}"),
        (one, other) => format!("and {}", one.or(other).unwrap_or_default()),
    };
    rows.push(Row { busy: false, text });
    rows
}

/// What the app does, and how far it is.
fn title(status: &Status) -> String {
    let count = |is: fn(State) -> bool| {
        let states = status.components.iter().map(|component| component.state);
        states.filter(|state| is(*state)).count()
    };
    let (app, all) = (words(&status.app, NAMES), status.components.len());
    match status.phase {
        Phase::Loading => format!(
            "{app} is loading, {} to go",
            count(|state| state == State::Loading)
        ),
        Phase::Starting => format!(
            "{app} is starting: {} of {all} up",
            count(|state| state == State::Up)
        ),
        Phase::Stopping => format!(
            "{app} is stopping: {} of {all} to go",
            count(State::is_live)
        ),
        phase => format!("{app} is {phase}"),
    }
}

fn name(component: &ComponentStatus) -> String {
    words(&component.name, NAMES)
}

/// `Database  3 s  migrating 3/10`
fn busy_row(component: &ComponentStatus, width: usize) -> String {
    let time = match component.age {
        age if age < Duration::from_secs(10) => format!("{:.1} s", age.as_secs_f64()),
        age => Whole(age).to_string(),
    };
    let doing = match &component.note {
        Some(note) => words(note, NOTES),
        None => component.state.as_str().to_owned(),
    };
    let attempt = match component.attempt {
        2.. if component.state != State::Stopping => format!(" (attempt {})", component.attempt),
        _ => String::new(),
    };
    format!("{:width$}  {time:>8}  {doing}{attempt}", name(component))
}

#[cfg(test)]
mod tests;
