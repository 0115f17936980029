//! The rules once more, as checks: written from `design.md`, with scans over all components and no counters.
//!
//! The model follows each component through the inputs and the commands. An output that the rules do not allow is an
//! error, and so is an output that is missing once its moment has passed.

mod calm;
mod commands;
mod deadlines;
mod ends;
mod events;
mod exit;
mod input;
mod prompt;

use std::time::Duration;

use lifecycle::engine::{
    Cause, Change, Failure, FailureKind, Force, Moment, Output, Phase, Signal, What,
};
use lifecycle::plan::{EdgeKind, Kind, Stage};

use crate::case::{Case, name};

/// Where a component is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum At {
    Down,
    Loading,
    Starting,
    /// The attempt has failed, and the command that follows has not come yet.
    Failing,
    Warming,
    Up,
    Quiescing,
    Stopping,
    Cleaning,
    GivenUp,
}

impl At {
    /// Whether what the component needs has to stay.
    fn is_live(self) -> bool {
        !matches!(self, Self::Down | Self::Loading | Self::GivenUp)
    }

    fn is_stopping(self) -> bool {
        matches!(self, Self::Quiescing | Self::Stopping | Self::Cleaning)
    }
}

#[derive(Clone, Debug)]
pub(crate) struct Follow {
    at: At,
    failed: bool,
    finished: bool,
    given_up: bool,
    /// Attempts to start in a row.
    attempt: u32,
    /// What the last attempt failed with, while it may be tried again.
    again: Option<Failure>,
    retry_at: Option<(Moment, Moment)>,
    started: u32,
    succeeded: u32,
    stops: u32,
    cleanups: u32,
    /// The current attempt has succeeded and was not yet asked to stop.
    whole: bool,
    deadline: Option<Moment>,
    aborted: Option<Moment>,
    /// It ran out of time in its load or start.
    late: bool,
    /// It had to go at the very moment at which it ran out of time: either may be the reason.
    unsure: bool,
    last_call: Option<Moment>,
    /// Its other cleanups were run after one overstayed.
    hurried: bool,
    /// Its run loop is to be called.
    to_run: bool,
    /// Observers know that it is up.
    told: bool,
    up_at: Option<Moment>,
    down_at: Option<Moment>,
}

pub(crate) struct Model<'c> {
    case: &'c Case,
    nodes: Vec<Follow>,
    required: Vec<bool>,
    lost: Vec<bool>,
    below: Vec<Duration>,
    longest: Duration,
    phase: Phase,
    /// Hard and optional dependents.
    dependents: Vec<Vec<(usize, EdgeKind)>>,
    start_deadline: Option<Moment>,
    shutdown: Option<(Moment, Cause)>,
    /// The time over which stops are laid.
    window: Option<(Moment, Moment)>,
    forced: Option<(Moment, Force)>,
    signals: Vec<Signal>,
    wanted: u8,
    told_to_finish: bool,
    tally: exit::Tally,
    /// What this input allows or demands.
    cue: Cue,
}

/// What one input means for the component that it is about.
#[derive(Clone, Copy, Debug, Default)]
struct Cue {
    may_fail: Option<(usize, Failure)>,
    must_fail: Option<usize>,
    finished: Option<usize>,
    /// It is to go down, or to be tried again.
    done: Option<usize>,
    /// Its other cleanups are to run.
    hurry: Option<usize>,
    shutdown: bool,
    signal: Option<Signal>,
    answer: Option<Answer>,
    answered: Option<Answer>,
}

/// What a signal does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Answer {
    ShutDown,
    EndDrain,
    Force,
    Exit,
    Ignore,
}

impl<'c> Model<'c> {
    pub(crate) fn new(case: &'c Case) -> Self {
        let follow = Follow {
            at: At::Down,
            failed: false,
            finished: false,
            given_up: false,
            attempt: 0,
            again: None,
            retry_at: None,
            started: 0,
            succeeded: 0,
            stops: 0,
            cleanups: 0,
            whole: false,
            deadline: None,
            aborted: None,
            late: false,
            unsure: false,
            last_call: None,
            hurried: false,
            to_run: false,
            told: false,
            up_at: None,
            down_at: None,
        };
        let (below, longest) = deadlines::chains(case);
        Self {
            case,
            nodes: vec![follow; case.components.len()],
            required: required(case),
            lost: vec![false; case.components.len()],
            below,
            longest,
            phase: Phase::New,
            dependents: (0..case.components.len())
                .map(|key| case.dependents(key).collect())
                .collect(),
            start_deadline: None,
            shutdown: None,
            window: None,
            forced: None,
            signals: Vec::new(),
            wanted: 0,
            told_to_finish: false,
            tally: exit::Tally::default(),
            cue: Cue::default(),
        }
    }

    /// It has failed, or something that it cannot do without has.
    fn is_lost(&self, key: usize) -> bool {
        self.lost[key]
    }

    fn mark_lost(&mut self) {
        for key in 0..self.nodes.len() {
            let mut hard = self
                .case
                .ordered(key)
                .filter(|(_, kind)| *kind == EdgeKind::Hard);
            let node = &self.nodes[key];
            self.lost[key] = node.failed || node.given_up || hard.any(|(to, _)| self.lost[to]);
        }
    }

    /// It must go: it is lost, or nothing is wanted any more.
    fn must_go(&self, key: usize) -> bool {
        self.window.is_some() || self.is_lost(key)
    }

    fn is_rising(&self) -> bool {
        self.shutdown.is_none()
    }

    pub(crate) fn output(&mut self, now: Moment, output: Output) -> Result<(), String> {
        match output {
            Output::Command(command) => self.command(now, command),
            Output::Event(event) if event.at != now => Err("an event of another time".into()),
            Output::Event(event) => self.event(now, event.what),
        }
    }
}

/// A root that is not optional is required, and so is what a required component has a handle of, save as an option.
fn required(case: &Case) -> Vec<bool> {
    let size = case.components.len();
    let optional = |key: usize| case.components[key].policy.optional;
    let mut required: Vec<bool> = (0..size)
        .map(|key| case.dependents(key).next().is_none() && !optional(key))
        .collect();
    for _ in 0..size {
        for from in (0..size).filter(|from| required[*from]).collect::<Vec<_>>() {
            for &(to, kind) in &case.components[from].dependencies {
                required[to] |= kind != EdgeKind::Optional && !optional(to);
            }
        }
    }
    required
}
