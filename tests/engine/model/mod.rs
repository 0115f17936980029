//! The rules once more, as checks: written from `design.md`, with scans over all components and no counters.
//!
//! The model follows each component through the inputs and the commands. An output that the rules do not allow is an
//! error, and so is an output that is missing once its moment has passed.

mod calm;
mod cleanup;
mod commands;
mod deadlines;
mod ends;
mod events;
mod exit;
mod input;
mod prompt;
mod requests;
mod restarts;

use std::time::Duration;

use lifecycle::engine::{
    Cause, Change, Failure, FailureKind, Force, Moment, Op, Output, Phase, Refusal, Request,
    Signal, What,
};
use lifecycle::plan::{EdgeKind, Kind};

use crate::case::{Case, name};

/// Where a component is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum At {
    #[default]
    Down,
    Loading,
    Starting,
    /// The attempt has failed, and the command that follows has not come yet.
    Failing,
    Warming,
    Up,
    /// Its work is ending, to begin anew.
    Recalling,
    /// What its last run left behind is cleaned up.
    Tidying,
    /// Waiting before its run loop is called again, or for its turn to stop.
    Waiting,
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

#[derive(Clone, Debug, Default)]
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
    /// It was up since it was started.
    been_up: bool,
    disabled: bool,
    /// The events say that it is.
    told_disabled: bool,
    kept: bool,
    wanted: bool,
    /// Its load failed, so that it cannot start.
    unloaded: bool,
    /// It is to be rebuilt, and has not gone down for that yet.
    recycling: bool,
    /// It failed for good, and the app may go on without it although it needs it.
    degraded: bool,
    /// The app needed it when it failed.
    missed: bool,
    supervised: restarts::Supervised,
    up_at: Option<Moment>,
    down_at: Option<Moment>,
}

pub(crate) struct Model<'c> {
    case: &'c Case,
    nodes: Vec<Follow>,
    required: Vec<bool>,
    lost: Vec<bool>,
    /// It is to be rebuilt, or something that it cannot do without is.
    rebuilt: Vec<bool>,
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
    cleanups: cleanup::Cleanups,
    tally: exit::Tally,
    early: Vec<(Op, Request)>,
    operations: Vec<requests::Operation>,
    /// Requests that are to be refused in this step.
    refusals: Vec<(Op, Refusal)>,
    /// What this input allows or demands.
    cue: Cue,
}

/// What one input means for the component that it is about.
#[derive(Clone, Copy, Debug, Default)]
struct Cue {
    may_fail: Option<(usize, Failure)>,
    must_fail: Option<usize>,
    finished: Option<usize>,
    /// The failure asks for a restart at once.
    at_once: bool,
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
        let size = case.planned();
        let mut model = Self {
            case,
            nodes: vec![Follow::default(); size],
            required: Vec::new(),
            lost: vec![false; size],
            rebuilt: vec![false; size],
            below: Vec::new(),
            longest: Duration::ZERO,
            phase: Phase::New,
            dependents: Vec::new(),
            start_deadline: None,
            shutdown: None,
            window: None,
            forced: None,
            signals: Vec::new(),
            wanted: 0,
            told_to_finish: false,
            cleanups: cleanup::Cleanups::default(),
            tally: exit::Tally::default(),
            early: Vec::new(),
            operations: Vec::new(),
            refusals: Vec::new(),
            cue: Cue::default(),
        };
        model.learn();
        model
    }

    /// Learns what follows from the graph as it is now.
    fn learn(&mut self) {
        let size = self.nodes.len();
        (self.below, self.longest) = deadlines::chains(self.case, size);
        self.required = required(self.case, size);
        let present = |key: usize| self.case.dependents(key).filter(|(from, _)| *from < size);
        self.dependents = (0..size).map(|key| present(key).collect()).collect();
    }

    /// Components are added; whether they may be.
    pub(crate) fn add(&mut self, from: usize, to: usize) -> bool {
        self.begin_step();
        if !self.is_rising() {
            return false;
        }
        assert_eq!(self.nodes.len(), from, "components come in order");
        self.nodes.resize(to, Follow::default());
        self.lost.resize(to, false);
        self.rebuilt.resize(to, false);
        self.learn();
        if matches!(self.phase, Phase::Starting | Phase::Running) {
            self.want();
        }
        self.mark_lost();
        true
    }

    fn begin_step(&mut self) {
        self.cue = Cue::default();
        self.refusals.clear();
    }

    /// Who depends hard on this one, through whomever, and itself.
    fn hard_dependents(&self, key: usize) -> Vec<usize> {
        (0..self.nodes.len())
            .filter(|from| self.needs(*from, key))
            .collect()
    }

    fn needs(&self, from: usize, key: usize) -> bool {
        // Dependencies stand before their dependents.
        let mut hard = self
            .case
            .ordered(from)
            .filter(|(_, kind)| *kind == EdgeKind::Hard);
        from == key || from > key && hard.any(|(to, _)| self.needs(to, key))
    }

    /// It has failed or is not wanted, or something that it cannot do without has or is not.
    fn is_lost(&self, key: usize) -> bool {
        self.lost[key]
    }

    fn mark_lost(&mut self) {
        let started = !matches!(self.phase, Phase::New | Phase::Loading);
        for key in 0..self.nodes.len() {
            let hard = self
                .case
                .ordered(key)
                .filter(|(_, kind)| *kind == EdgeKind::Hard);
            let hard: Vec<usize> = hard.map(|(to, _)| to).collect();
            let node = &self.nodes[key];
            let alone = node.failed || node.given_up || started && !node.wanted;
            self.lost[key] = alone || hard.iter().any(|to| self.lost[*to]);
            self.rebuilt[key] = node.recycling || hard.iter().any(|to| self.rebuilt[*to]);
        }
    }

    /// It must go: it is lost or to be rebuilt, or nothing is wanted any more.
    fn must_go(&self, key: usize) -> bool {
        self.window.is_some() || self.is_lost(key) || self.rebuilt[key]
    }

    /// It must go, and not only to come back.
    fn is_hopeless(&self, key: usize) -> bool {
        self.window.is_some() || self.is_lost(key)
    }

    fn is_rising(&self) -> bool {
        self.shutdown.is_none()
    }

    pub(crate) fn output(&mut self, now: Moment, output: Output) -> Result<(), String> {
        match output {
            Output::Command(command) => self.command(now, command),
            Output::Answer(op, result) => self.answered(op, result),
            Output::Event(event) if event.at != now => Err("an event of another time".into()),
            Output::Event(event) => self.event(now, event.what),
            _ => Err("an output of an unknown kind".into()),
        }
    }
}

/// Whether nobody needed it when the app was put together.
fn is_root(case: &Case, key: usize) -> bool {
    let planned = case.planned();
    key >= planned || !case.dependents(key).any(|(from, _)| from < planned)
}

/// A root that is not optional is required, and so is what a required component has a handle of, save as an option.
/// One that was added is required only if that is said.
fn required(case: &Case, size: usize) -> Vec<bool> {
    let optional = |key: usize| case.components[key].policy.optional;
    let asked = |key: usize| case.components[key].added.is_none() || case.components[key].required;
    let mut required: Vec<bool> = (0..size)
        .map(|key| is_root(case, key) && asked(key) && !optional(key))
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
