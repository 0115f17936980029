//! What must hold in every case.

use std::time::Duration;

use lifecycle::context::{AddError, ChangeError};
use lifecycle::engine::{Change, Force, Phase, Signal, What};
use lifecycle::plan::{EdgeKind, Stage};

use super::case::{Case, Disturbance};
use super::play::{Played, Seen};
use crate::kit::ms;

/// Where a component is, as observers were told.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
enum At {
    #[default]
    Down,
    Starting,
    Up,
    /// Its work begins anew; what needs it stays.
    Recalled,
    Going,
}

/// One component, while the list is read.
#[derive(Clone, Debug, Default)]
struct Known {
    at: At,
    /// Calls of its code that have not ended.
    present: i32,
    made: u32,
    stops: u32,
    stop_calls: u32,
    registered: u32,
    cleaned: u32,
    given_up: bool,
    failed: bool,
    trouble: bool,
    /// Cleanups that its run left and that have not run.
    left_by_run: u32,
    /// It was restarted, or its restart began: not every problem on the way counts.
    restarted: bool,
}

struct Reader<'a> {
    case: &'a Case,
    /// The index in the case of the component that the plan has here.
    of_key: Vec<usize>,
    /// The last is the app itself, with its own cleanups.
    known: Vec<Known>,
    shutdown: Option<Duration>,
    running: Option<Duration>,
    forced: Option<Force>,
    ended: bool,
    answered: Vec<usize>,
    added: usize,
}

pub(super) fn check(case: &Case, played: &Played) -> Result<(), String> {
    let index = |name: &str| name["node ".len()..].parse().expect("node and a number");
    let components = played.report.components().iter();
    let mut reader = Reader {
        case,
        of_key: components.map(|component| index(&component.name)).collect(),
        known: vec![Known::default(); case.parts.len() + 1],
        shutdown: None,
        running: None,
        forced: None,
        ended: false,
        answered: Vec::new(),
        added: 0,
    };
    for seen in &played.seen {
        reader.read(seen)?;
    }
    reader.at_the_end(played)
}

fn ensure(holds: bool, wrong: impl FnOnce() -> String) -> Result<(), String> {
    if holds { Ok(()) } else { Err(wrong()) }
}

impl Reader<'_> {
    fn read(&mut self, seen: &Seen) -> Result<(), String> {
        match seen {
            Seen::Event(at, what) => return self.event(*at, *what),
            Seen::Called(i, stage) => {
                self.called(*i, *stage)?;
                self.known[*i].present += 1;
            }
            Seen::Gone(i) => self.known[*i].present -= 1,
            Seen::Made(i) => self.known[*i].made += 1,
            Seen::Registered(i) => self.known[*i].registered += 1,
            Seen::RunRegistered(i) => self.known[*i].left_by_run += 1,
            Seen::RunCleaned(i) => {
                self.known[*i].left_by_run -= 1;
                self.known[*i].present += 1;
            }
            Seen::Answered(n, answer) => {
                let odd = matches!(answer, Err(ChangeError::Unknown(_) | ChangeError::Main(_)));
                ensure(!odd, || format!("request {n}: {answer:?}"))?;
                self.answered.push(*n);
            }
            Seen::Absent(n) => self.answered.push(*n),
            Seen::Added(n, answer) => {
                let odd = match answer {
                    Ok(()) => false,
                    Err(AddError::Change(error)) => {
                        matches!(error, ChangeError::Unknown(_) | ChangeError::Main(_))
                    }
                    Err(_) => true,
                };
                ensure(!odd, || format!("addition {n}: {answer:?}"))?;
                self.added += 1;
            }
            Seen::Error(_) => {}
        }
        Ok(())
    }

    fn event(&mut self, at: Duration, what: What) -> Result<(), String> {
        match what {
            What::Phase(Phase::Running) => self.running = Some(at),
            What::Phase(Phase::Ended) => self.ended = true,
            What::Shutdown(_) => self.shutdown = Some(at),
            What::Forced(force) => self.forced = Some(force),
            What::Component(key, change) => {
                let i = self.of_key[key as usize];
                self.change(i, change)?;
            }
            _ => {}
        }
        Ok(())
    }

    fn change(&mut self, i: usize, change: Change) -> Result<(), String> {
        let known = &mut self.known[i];
        match change {
            Change::Starting { .. } => {
                known.at = At::Starting;
                // Somebody asked for it again.
                known.failed = false;
            }
            Change::Cancelling if known.at == At::Starting => known.at = At::Going,
            Change::Crashed(_) => known.restarted = true,
            Change::Recalling => {
                known.at = At::Recalled;
                known.restarted = true;
            }
            // What is rebuilt is down by now.
            Change::Restarting { .. } if known.at != At::Recalled => known.at = At::Down,
            Change::Problem(failure)
                if known.restarted && matches!(failure.stage, Stage::Run | Stage::Task) => {}
            Change::Overstayed(Stage::Run) if known.restarted => {}
            Change::Up => known.at = At::Up,
            Change::Quiescing => {
                known.at = At::Going;
                // I2, as the events tell it.
                for above in self.hard_dependents(i) {
                    ensure(self.known[above].at == At::Down, || {
                        format!("I2: node {i} is told to stop while node {above} is there")
                    })?;
                }
            }
            Change::Stopping => known.stops += 1,
            // Between two attempts nothing of it is there.
            Change::Down | Change::Retrying { .. } => known.at = At::Down,
            Change::GivenUp(_) => {
                known.at = At::Down;
                known.given_up = true;
                known.trouble = true;
            }
            Change::Failed(_) => {
                known.failed = true;
                known.trouble = true;
            }
            Change::Problem(_) | Change::Overstayed(_) => known.trouble = true,
            _ => {}
        }
        Ok(())
    }

    fn called(&mut self, i: usize, stage: Stage) -> Result<(), String> {
        match stage {
            Stage::Start => {
                for (to, kind) in &self.case.parts[i].needs {
                    let below = self.known[*to].at;
                    let fine = match kind {
                        EdgeKind::Hard => below == At::Up,
                        EdgeKind::Optional => below != At::Starting || self.is_lost(*to),
                        _ => true,
                    };
                    ensure(fine, || {
                        format!("I1: node {i} starts while node {to} is {below:?}")
                    })?;
                }
            }
            Stage::Stop => {
                self.known[i].stop_calls += 1;
                ensure(self.known[i].present == 0, || {
                    format!("the stop hook of node {i} runs beside its work")
                })?;
            }
            Stage::Cleanup => self.known[i].cleaned += 1,
            Stage::Run => {
                let left = self.known[i].left_by_run;
                ensure(left == 0, || {
                    format!("a run of node {i} begins before what the last one left is cleaned up")
                })?;
            }
            _ => {}
        }
        if i == self.case.parts.len() {
            let mut parts = self.known[..i].iter();
            let all_gone = parts.all(|known| known.present == 0 || known.given_up);
            return ensure(all_gone, || {
                "the app cleans up while components are there".into()
            });
        }
        if matches!(stage, Stage::Stop | Stage::Cleanup) {
            // I2, as the code itself saw it.
            for above in self.hard_dependents(i) {
                let above_is_gone = self.known[above].present == 0 || self.known[above].given_up;
                ensure(above_is_gone, || {
                    format!("I2: {stage} of node {i} runs while code of node {above} does")
                })?;
            }
        }
        Ok(())
    }

    /// Whether it is beyond hope, by itself or through what it needs.
    fn is_lost(&self, i: usize) -> bool {
        let mut needs = self.case.parts[i].needs.iter();
        self.known[i].failed || needs.any(|(to, kind)| *kind == EdgeKind::Hard && self.is_lost(*to))
    }

    fn hard_dependents(&self, i: usize) -> Vec<usize> {
        let parts = self.case.parts.iter().enumerate();
        let needs = parts.filter(|(_, part)| part.needs.contains(&(i, EdgeKind::Hard)));
        needs.map(|(above, _)| above).collect()
    }

    fn at_the_end(&self, played: &Played) -> Result<(), String> {
        let report = &played.report;
        ensure(played.alive == 0, || {
            format!("I5: {} tasks are alive", played.alive)
        })?;
        self.exit_code(played)?;
        let disturbances = self.case.disturbances.iter();
        let asked = disturbances.filter(|(_, what)| matches!(what, Disturbance::Ask(_)));
        ensure(
            self.answered == (0..asked.count()).collect::<Vec<_>>(),
            || format!("only these requests were answered: {:?}", self.answered),
        )?;
        let disturbances = self.case.disturbances.iter();
        let adds = disturbances.filter(|(_, what)| matches!(what, Disturbance::Add(..)));
        ensure(self.added == adds.count(), || {
            format!("only {} additions were answered", self.added)
        })?;
        let Some(shutdown) = self.shutdown else {
            return Err("it ended without a cause".into());
        };
        let start = self.running.unwrap_or(shutdown);
        ensure(start <= self.case.start_budget + ms(1), || {
            format!("I4: the start took {start:?}")
        })?;
        let stop = report.total_time() - shutdown;
        ensure(stop <= self.case.shutdown_timeout + ms(1_001), || {
            format!("I4: the stop took {stop:?}")
        })?;
        if !self.ended {
            // A third signal: nothing more is promised.
            return Ok(());
        }
        let (app, known) = self.known.split_last().expect("the app is there");
        let in_time = match self.forced {
            None => app.cleaned == app.registered,
            Some(_) => app.cleaned <= app.registered,
        };
        ensure(app.present == 0 && in_time, || {
            format!("the app ran {} of {} cleanups", app.cleaned, app.registered)
        })?;
        for (i, known) in known.iter().enumerate() {
            ensure(
                known.stop_calls <= known.stops && known.stops <= known.made,
                || format!("I3: node {i} was stopped more often than started"),
            )?;
            if known.given_up {
                continue;
            }
            ensure(known.present == 0, || {
                format!("I5: code of node {i} is left")
            })?;
            ensure(known.left_by_run == 0, || {
                format!("I3: node {i} has not cleaned up after a run")
            })?;
            ensure(known.cleaned == known.registered, || {
                format!(
                    "I3: node {i} ran {} of {} cleanups",
                    known.cleaned, known.registered
                )
            })?;
            ensure(self.forced.is_some() || known.stops == known.made, || {
                format!("I3: node {i} came up {} times", known.made)
            })?;
        }
        Ok(())
    }

    fn exit_code(&self, played: &Played) -> Result<(), String> {
        let (report, code) = (&played.report, played.report.exit_code());
        let known = [1, 69, 70, 75, 78, 130, 143].contains(&code);
        let wanted = !known;
        ensure(known || wanted, || format!("I7: exit code {code}"))?;
        let forced = match self.forced {
            // A third signal, which says itself how.
            _ if !self.ended => code == 130 || code == 143,
            Some(Force::Signal(Signal::Interrupt)) => code == 130,
            Some(Force::Signal(Signal::Terminate)) => code == 143,
            Some(_) => known,
            None => code != 130 && code != 143,
        };
        ensure(forced, || format!("I7: exit code {code} when forced"))?;
        let harmless = self.known.iter().all(|known| !known.trouble) && self.forced.is_none();
        let in_time = report.errors().is_empty();
        ensure(!(harmless && in_time) || wanted, || {
            format!("I7: exit code {code} though nothing went wrong")
        })?;
        let unclean = report.errors().iter().any(|error| {
            let app = error.component() == Some(report.name());
            app && error.stage() == Some(Stage::Cleanup)
        });
        ensure(!unclean || known, || {
            format!("I7: exit code {code} after a cleanup of the app failed")
        })?;
        let required = self.required_trouble();
        ensure(!required || known, || {
            format!("I7: exit code {code} after a failure")
        })
    }

    /// Whether a component failed that the app cannot do without.
    fn required_trouble(&self) -> bool {
        let parts = &self.case.parts;
        let needed_by_somebody = |i| {
            parts[..self.case.planned].iter().any(|part| {
                part.needs
                    .iter()
                    .any(|(to, kind)| *to == i && *kind != EdgeKind::Late)
            })
        };
        // Only roots: of the others it depends on who needs them.
        (0..parts.len())
            .filter(|i| *i < self.case.planned || parts[*i].required)
            .any(|i| self.known[i].trouble && !parts[i].optional && !needed_by_somebody(i))
    }
}
