//! A world for the engine to act on: it carries out commands as the driver does, in virtual time.

mod pieces;

use std::collections::BTreeMap;

use fastrand::Rng;
use lifecycle::engine::{Command, Ending, Engine, Input, Key, Moment, Output, Phase, Refusal};
use lifecycle::plan::Stage;

use crate::case::{Case, Component, STORY, Work, ms};
use crate::model::Model;
use pieces::Piece;

/// One line of the log.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Line {
    In(Moment, Input),
    /// Components were added; whether they could be.
    Add(Moment, usize, usize, bool),
    Out(Moment, Output),
}

/// In the place of a component: the app's own cleanups.
const APP: Key = Key::MAX;

/// A place in the queue: a time, a lot that decides between equal times, and a number.
type Place = (Moment, u8, u64);

#[derive(Clone, Copy)]
enum Next {
    End(usize, Ending),
    Idle(Key),
    Add(usize, usize),
    /// The run of this number says that it is alive.
    Beat(Key, u32, u32),
    /// From a component's code: said only while some of it is alive.
    Say(Key, Input),
    Outside(Input),
}

pub(crate) struct World<'c> {
    case: &'c Case,
    engine: Engine,
    pub(crate) model: Model<'c>,
    pub(crate) log: Vec<Line>,
    pub(crate) now: Moment,
    queue: BTreeMap<Place, Next>,
    lots: Rng,
    number: u64,
    pieces: Vec<Option<Piece>>,
    /// Whether the engine wants to know when nothing of the component is alive.
    asked: Vec<bool>,
    /// The answer that is under way.
    idle: Vec<Option<Place>>,
    attempts: Vec<u32>,
    /// Calls of the run loop in the current life, and in all.
    runs: Vec<u32>,
    called: Vec<u32>,
    given_up: Vec<bool>,
    gave_up_cleanups: bool,
    exited: bool,
}

impl<'c> World<'c> {
    pub(crate) fn new(case: &'c Case) -> Self {
        let size = case.components.len();
        Self {
            case,
            engine: Engine::new(&case.plan(), |key| case.facts(key), case.limits),
            model: Model::new(case),
            log: Vec::new(),
            now: Moment::ZERO,
            queue: BTreeMap::new(),
            lots: Rng::with_seed(case.seed ^ 0x5eed),
            number: 0,
            pieces: Vec::new(),
            asked: vec![false; size],
            idle: vec![None; size],
            runs: vec![0; size],
            called: vec![0; size],
            attempts: vec![0; size],
            given_up: vec![false; size],
            gave_up_cleanups: false,
            exited: false,
        }
    }

    pub(crate) fn exit_code(&self) -> u8 {
        self.engine.exit_code()
    }

    /// Runs the case to its end, and one more time from the recorded inputs.
    pub(crate) fn run(&mut self) -> Result<(), String> {
        for &(at, input) in &self.case.events {
            self.put(ms(at), Next::Outside(input));
        }
        let beats = |it: &Component| it.code.beats.is_some() || it.policy.heartbeat.is_some();
        if self.case.components.iter().any(beats) {
            // Hearts beat, or are missed, as long as the app runs.
            self.put(ms(100_000), Next::Outside(Input::Shutdown));
        }
        for (at, keys) in self.case.groups() {
            self.put(ms(at), Next::Add(keys.start, keys.end));
        }
        self.step(Input::Begin)?;
        self.model.knows_what_is_required(&self.engine)?;
        let mut steps = 0;
        while !self.exited {
            steps += 1;
            if steps > 100_000 {
                return Err("I4: it does not come to rest".into());
            }
            let next = self.queue.first_key_value().map(|(place, _)| place.0);
            let deadline = self.engine.next_deadline();
            if self.engine.phase() == Phase::Ended && deadline.is_some() {
                return Err("I4: there is a deadline after the end".into());
            }
            match (next, deadline) {
                (None, None) if self.engine.phase() == Phase::Ended => break,
                (None, None) => {
                    self.model.at_rest(self.engine.phase())?;
                    self.step(Input::Shutdown)?;
                }
                (next, Some(at))
                    if next.is_none_or(|next| {
                        at < next || at == next && self.case.seed != STORY && self.lots.bool()
                    }) =>
                {
                    if at < self.now {
                        return Err(format!("a deadline at {at:?} was not acted on"));
                    }
                    self.now = at;
                    self.step(Input::Tick)?;
                }
                _ => self.pop()?,
            }
        }
        if !self.exited {
            let alive = |key| self.is_alive(key) && !self.given_up[key as usize];
            if let Some(key) = (0..self.asked.len() as Key).find(|key| alive(*key)) {
                return Err(format!(
                    "I5: some of {} is alive at the end",
                    crate::case::name(key as usize)
                ));
            }
            if self.is_alive(APP) && !self.gave_up_cleanups {
                return Err("I5: a cleanup of the app is alive at the end".into());
            }
            self.model.at_end(self.engine.exit_code())?;
        }
        self.again()
    }

    fn pop(&mut self) -> Result<(), String> {
        let Some((place, next)) = self.queue.pop_first() else {
            return Ok(());
        };
        self.now = place.0;
        match next {
            Next::Outside(input) => self.step(input),
            Next::Say(key, input) if self.is_alive(key) => self.step(input),
            Next::Say(..) => Ok(()),
            Next::Idle(key) => {
                self.idle[key as usize] = None;
                self.step(Input::Idle(key))
            }
            Next::Add(from, to) => self.add(from, to),
            Next::Beat(key, run, left) => {
                let alive = self.pieces.iter().flatten();
                let alive = alive
                    .filter(|it| it.key == key && it.stage == Stage::Run)
                    .count();
                let every = self.case.components[key as usize].code.beats;
                let (Some((every, _)), 1.., 1..) = (every, alive, left) else {
                    return Ok(());
                };
                if run == self.called[key as usize] && self.engine.phase() != Phase::Ended {
                    self.put(self.now + ms(every), Next::Beat(key, run, left - 1));
                    return self.step(Input::Beat(key));
                }
                Ok(())
            }
            Next::End(piece, ending) => {
                let Some(piece) = self.pieces[piece].take() else {
                    return Ok(());
                };
                if piece.key == APP {
                    self.step(Input::AppCleanupEnded(ending))?;
                    self.report_cleaned();
                    return Ok(());
                }
                self.step(Input::Ended(piece.key, piece.stage, ending))?;
                self.report_idle(piece.key);
                Ok(())
            }
        }
    }

    fn step(&mut self, input: Input) -> Result<(), String> {
        let (now, ended) = (self.now, self.engine.phase() == Phase::Ended);
        self.log.push(Line::In(now, input));
        self.model.input(now, input);
        self.engine.handle(now, input);
        self.follow(ended)
    }

    /// Components are added, unless one of them was not asked for since an earlier one could not be.
    fn add(&mut self, from: usize, to: usize) -> Result<(), String> {
        let (now, ended) = (self.now, self.engine.phase() == Phase::Ended);
        let added: Vec<_> = (from..to).map(|key| self.case.addition(key)).collect();
        let fine = self.model.add(from, to);
        let result = self.engine.add(now, &added);
        self.log.push(Line::Add(now, from, to, result.is_ok()));
        match result {
            Ok(keys) if fine && keys == (from as Key..to as Key) => self.follow(ended),
            Err(Refusal::Stopping) if !fine => self.follow(ended),
            result => Err(format!(
                "components were added, and the answer is {result:?}"
            )),
        }
    }

    fn follow(&mut self, ended: bool) -> Result<(), String> {
        let now = self.now;
        while let Some(output) = self.engine.next_output() {
            self.log.push(Line::Out(now, output));
            if ended && !matches!(output, Output::Answer(..)) {
                return Err(format!("I4: {output:?} after the end"));
            }
            self.model.output(now, output)?;
            if let Output::Command(command) = output {
                self.carry_out(command)?;
            }
        }
        self.model.after(now, &self.engine)
    }

    fn carry_out(&mut self, command: Command) -> Result<(), String> {
        let code = |key: Key| &self.case.components[key as usize].code;
        match command {
            Command::Load(key) => self.begin(key, Stage::Load, code(key).load),
            Command::Start(key) => {
                if self.is_alive(key) {
                    return Err("a start while some of the component is alive".into());
                }
                self.asked[key as usize] = false;
                self.runs[key as usize] = 0;
                self.attempts[key as usize] += 1;
                let work = code(key).start(self.attempts[key as usize]);
                self.begin(key, Stage::Start, Some(work));
            }
            Command::Run(key) => {
                let i = key as usize;
                self.runs[i] += 1;
                self.called[i] += 1;
                if self.runs[i] > 1 && self.is_alive(key) {
                    return Err("a run while some of the last one is alive".into());
                }
                self.begin(key, Stage::Run, code(key).run(self.called[i]));
                if let Some(after) = self.case.components[i].code.ready {
                    self.put(self.now + ms(after), Next::Say(key, Input::Ready(key)));
                }
                if let Some((every, times)) = self.case.components[i].code.beats {
                    self.put(self.now + ms(every), Next::Beat(key, self.called[i], times));
                }
            }
            Command::EndRun(key) => {
                self.tell_to_end(key);
                self.ask(key);
            }
            Command::CleanRun(key) => {
                self.hook_when_idle(key, Stage::Cleanup, code(key).tidy)?;
            }
            Command::Quiesce { node: key, drain } => {
                self.tell_to_end(key);
                let hook = self.case.components[key as usize]
                    .code
                    .drain
                    .filter(|_| drain);
                self.begin(key, Stage::Drain, hook);
                self.ask(key);
            }
            Command::Stop(key) => self.hook_when_idle(key, Stage::Stop, code(key).stop)?,
            Command::Cleanup(key) | Command::Hurry(key) => {
                self.hook_when_idle(key, Stage::Cleanup, code(key).cleanup)?;
            }
            Command::Abort(key) => {
                for piece in self.pieces_of(key) {
                    self.abort(piece);
                }
            }
            Command::GiveUp(key) => {
                self.given_up[key as usize] = true;
                self.asked[key as usize] = false;
            }
            Command::CleanUpApp => {
                for work in &self.case.cleanups {
                    self.spawn(APP, Stage::Cleanup, *work);
                }
                self.report_cleaned();
            }
            Command::GiveUpCleanups => self.gave_up_cleanups = true,
            Command::Finish => {}
            Command::Exit(_) => self.exited = true,
            command => return Err(format!("{command:?} is unknown")),
        }
        Ok(())
    }

    fn tell_to_end(&mut self, key: Key) {
        for piece in self.pieces_of(key) {
            let Some(it) = &self.pieces[piece] else {
                continue;
            };
            if let (Some((after, ending)), false) = (it.work.quit, it.aborted) {
                self.end_by(piece, self.now + ms(after), ending);
            }
        }
    }

    fn hook_when_idle(&mut self, key: Key, stage: Stage, work: Option<Work>) -> Result<(), String> {
        if self.is_alive(key) {
            return Err(format!("{stage} while some of the component is alive"));
        }
        self.begin(key, stage, work);
        self.ask(key);
        Ok(())
    }

    /// I6: the same inputs give the same outputs.
    fn again(&self) -> Result<(), String> {
        let case = self.case;
        let mut engine = Engine::new(&case.plan(), |key| case.facts(key), case.limits);
        let mut expected = self.log.iter();
        let mut line = expected.next();
        loop {
            match line {
                Some(&Line::In(now, input)) => engine.handle(now, input),
                Some(&Line::Add(now, from, to, fine)) => {
                    let added: Vec<_> = (from..to).map(|key| case.addition(key)).collect();
                    if engine.add(now, &added).is_ok() != fine {
                        return Err("I6: another answer to an addition".into());
                    }
                }
                _ => break,
            }
            line = expected.next();
            for output in engine.outputs() {
                if !matches!(line, Some(Line::Out(_, same)) if *same == output) {
                    return Err(format!("I6: {output:?} the second time"));
                }
                line = expected.next();
            }
        }
        line.map_or(Ok(()), |line| {
            Err(format!("I6: no {line:?} the second time"))
        })
    }
}
