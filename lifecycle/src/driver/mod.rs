//! The thin part: carries out what the engine decides, and tells it what happened.
//!
//! Invariants:
//! 1. This is the only room that spawns tasks, but for the driver's own, which `app` spawns.
//! 2. User code runs only behind a guard, in a task of its own or called by a [`runner`]: behind `catch_unwind`, and its
//!    end, however it ends, is one [`Message`] that no abort and no panic can skip.
//! 3. No rule lives here. A decision that seems to belong here belongs into the engine.

mod carry;
mod cell;
mod life;
mod panics;
mod record;
mod runner;
mod scope;
mod shared;
mod signals;
mod task;

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use tokio::runtime::Handle;
use tokio::sync::{mpsc, oneshot};
use tokio::time::{Instant, Sleep};

pub(crate) use panics::Panic;
pub(crate) use record::Record;
pub(crate) use scope::{Scope, TaskLink};
pub(crate) use shared::Shared;
pub(crate) use task::{Caught, Work, catch, catch_panic};

use crate::component::{BoxError, Code};
use crate::engine::{
    Change, Ending, Engine, Facts, Input, Key, LifecycleEvent, Limits, Moment, Op, Output, Refusal,
    Request, What,
};
use crate::error::Error;
use crate::observe::{Event, Observer};
use crate::plan::{Plan, Stage};
use life::Life;
use runner::PATIENCE;
use signals::{Received, Signals};
use task::{Guard, TaskEnd};

#[cfg(feature = "testing")]
use crate::testing::Interference;

/// What reaches the driver.
pub(crate) enum Message {
    /// An input of the app.
    Input(Input),
    /// An input of one life of a component: stale ones are dropped.
    OfLife(u32, Input),
    /// A task of a component ended.
    Ended(TaskEnd),
    /// Runners have steps that ended.
    StepsEnded,
    /// The app is asked to stop.
    Shutdown(String),
    /// A change is asked for.
    Ask(Request, oneshot::Sender<Result<(), Refusal>>),
    /// A component says what it is doing.
    Note(Key, String),
    /// Something failed that fails nothing else.
    Problem(Key, Stage, BoxError),
    /// A cleanup failed; others go on.
    CleanupFailed(Key, Caught),
    /// A supervised task ended, and is restarted.
    TaskRestarts {
        key: Key,
        caught: Option<Caught>,
        words: String,
    },
}

/// What makes an app, as the driver needs it.
pub(crate) struct Setup {
    pub(crate) name: String,
    pub(crate) plan: Plan,
    pub(crate) limits: Limits,
    pub(crate) check_only: bool,
    pub(crate) signals: bool,
    pub(crate) observers: Vec<Box<dyn Observer>>,
    /// Where components run; where the driver runs, if it is not said.
    pub(crate) runtime: Option<Handle>,
    #[cfg(feature = "testing")]
    pub(crate) interference: Interference,
    /// What the wall clock shows when the app begins, if it is to go by the app's time.
    #[cfg(all(feature = "cron", feature = "testing"))]
    pub(crate) wall: Option<std::time::SystemTime>,
}

pub(crate) struct Driver {
    shared: Arc<Shared>,
    engine: Engine,
    inbox: mpsc::UnboundedReceiver<Message>,
    lives: Vec<Life>,
    observers: Vec<Box<dyn Observer>>,
    record: Record,
    /// Steps that no runner has yet.
    steps: Vec<Guard>,
    /// Empty; the room of steps that ended.
    ended: Vec<TaskEnd>,
    /// Whose run loop is to be called.
    run_next: Option<Key>,
    /// When the present messages or timers were looked at.
    now: Moment,
    /// When to see whether those who call hooks get on.
    relief: Option<Moment>,
    signals: Signals,
    check_only: bool,
    exit_now: bool,
    finished: bool,
    shutdown_words: Option<Arc<str>>,
    /// The last request, and those who wait for answers.
    asked: Op,
    answers: HashMap<Op, oneshot::Sender<Result<(), Refusal>>>,
    #[cfg(feature = "testing")]
    interference: Interference,
}

/// How many messages are taken at once before timers and signals are looked at again.
const BATCH: usize = 256;

impl Driver {
    pub(crate) fn new(setup: Setup) -> Self {
        panics::install_hook();
        let facts = |i: usize| {
            let code = Code::of(&setup.plan.nodes()[i]);
            #[cfg(feature = "testing")]
            let has = |stage| setup.interference.has(i as Key, stage, code);
            #[cfg(not(feature = "testing"))]
            let has = |stage| code.has(stage);
            Facts {
                loads: has(Stage::Load),
                runs: has(Stage::Run),
            }
        };
        let engine = Engine::new(&setup.plan, facts, setup.limits);
        let (sender, inbox) = mpsc::unbounded_channel();
        let count = setup.plan.len();
        let shared = Shared::new(
            setup.name,
            setup.plan,
            sender,
            setup.runtime.unwrap_or_else(Handle::current),
            setup.limits.seed,
        );
        #[cfg(all(feature = "cron", feature = "testing"))]
        let shared = shared.with_wall(setup.wall);
        Self {
            shared: Arc::new(shared),
            engine,
            inbox,
            lives: (0..count).map(|_| Life::default()).collect(),
            observers: setup.observers,
            record: Record::new(),
            steps: Vec::new(),
            ended: Vec::new(),
            run_next: None,
            now: Moment::ZERO,
            relief: None,
            signals: Signals::new(setup.signals),
            check_only: setup.check_only,
            exit_now: setup.signals,
            finished: false,
            shutdown_words: None,
            asked: 0,
            answers: HashMap::new(),
            #[cfg(feature = "testing")]
            interference: setup.interference,
        }
    }

    pub(crate) fn shared(&self) -> &Arc<Shared> {
        &self.shared
    }

    /// Drives the app to its end.
    pub(crate) async fn run(mut self) -> Record {
        self.handle(if self.check_only {
            Input::Check
        } else {
            Input::Begin
        });
        let mut timer = Box::pin(tokio::time::sleep_until(self.shared.begun));
        let mut batch = Vec::with_capacity(BATCH);
        loop {
            self.shared.announce();
            if self.finished {
                break;
            }
            let runners = &self.shared.runners;
            if runners.send(&self.shared, &mut self.steps, self.relief.is_none()) {
                self.relief.get_or_insert(self.now.saturating_add(PATIENCE));
            }
            // What lies beyond the clock never comes.
            let deadlines = [self.engine.next_deadline(), self.relief];
            let deadline = deadlines.into_iter().flatten().min();
            let deadline = deadline.and_then(|at| self.shared.begun.checked_add(at));
            arm(timer.as_mut(), deadline);
            tokio::select! {
                biased;
                signal = self.signals.next() => {
                    self.now = self.shared.now();
                    self.signal(signal);
                }
                _ = self.inbox.recv_many(&mut batch, BATCH) => {
                    self.now = self.shared.now();
                    for message in batch.drain(..) {
                        self.take(message);
                    }
                }
                () = &mut timer, if deadline.is_some() => {
                    self.now = self.shared.now();
                    self.tick();
                }
            }
        }
        self.record.finish(&self.engine, self.shared.now());
        self.record.words = self.shutdown_words.take();
        std::mem::replace(&mut self.record, Record::new())
    }

    fn tick(&mut self) {
        if self.relief.is_some_and(|at| at <= self.now) {
            self.relief = None;
            self.steps_ended();
            self.shared.runners.relieve(&self.shared);
        }
        self.handle(Input::Tick);
    }

    fn steps_ended(&mut self) {
        let mut ended = std::mem::take(&mut self.ended);
        self.shared.runners.hear(&mut ended);
        for end in ended.drain(..) {
            self.task_ended(end);
        }
        self.ended = ended;
    }

    fn signal(&mut self, signal: Received) {
        match signal {
            Received::Signal(signal) => self.handle(Input::Signal(signal)),
            Received::Dump => {
                // Whoever reads standard error may be slow; the app is not to wait for that.
                let status = self.shared.status().to_string();
                std::thread::spawn(move || crate::app::say(&status));
            }
        }
    }

    fn take(&mut self, message: Message) {
        match message {
            Message::Input(input) => self.handle(input),
            Message::OfLife(life, input) => {
                let (Input::Ready(key) | Input::Extend(key, _) | Input::Beat(key)) = input else {
                    return;
                };
                if self.lives[key as usize].part(life).is_some() {
                    self.handle(input);
                }
            }
            Message::Ended(end) => self.task_ended(end),
            Message::StepsEnded => self.steps_ended(),
            Message::Shutdown(words) => {
                if self.shutdown_words.is_none() {
                    tracing::info!(target: "lifecycle", "asked to stop: {words}");
                    self.shutdown_words = Some(words.into());
                }
                self.handle(Input::Shutdown);
            }
            Message::Ask(request, answer) => {
                self.asked += 1;
                self.answers.insert(self.asked, answer);
                self.handle(Input::Ask(self.asked, request));
            }
            Message::Note(key, note) => {
                let mut next = Some(note);
                while let Some(note) = next {
                    let name = self.shared.plan.nodes()[key as usize].name();
                    self.tell(|observer| observer.on_note(name, &note));
                    next = self.shared.told_note(key, note);
                }
            }
            Message::Problem(key, stage, error) => {
                self.failed(key, stage, Caught::Error(error));
                self.handle(Input::Ended(key, stage, Ending::Error));
            }
            Message::TaskRestarts { key, caught, words } => {
                if let Some(caught) = caught {
                    self.failed(key, Stage::Task, caught);
                }
                let component = self.shared.plan.nodes()[key as usize].name();
                tracing::warn!(target: "lifecycle", component, "{component}: {words}");
            }
            Message::CleanupFailed(key, caught) => {
                let ending = caught.ending();
                self.failed(key, Stage::Cleanup, caught);
                self.handle(Input::Ended(key, Stage::Cleanup, ending));
            }
        }
    }

    /// Feeds one input and carries out all that follows from it.
    fn handle(&mut self, input: Input) {
        self.engine.handle(self.now, input);
        while let Some(output) = self.engine.next_output() {
            match output {
                Output::Command(command) => {
                    self.run_loop();
                    // What is over at once is told at once, before the next output.
                    if let Some(answer) = self.carry_out(command) {
                        self.engine.handle(self.now, answer);
                    }
                }
                Output::Event(event) => self.event(event),
                Output::Answer(op, result) => {
                    if let Some(answer) = self.answers.remove(&op) {
                        // Nobody has to wait for it.
                        let _ = answer.send(result);
                    }
                }
            }
        }
        self.run_loop();
    }

    fn event(&mut self, event: LifecycleEvent) {
        self.shared.apply(&event, &self.engine);
        let found = self.record.apply(&event, &self.engine, &self.shared);
        let found = found.map(|error| self.with_culprit(event, error));
        self.tell(|observer| observer.on_event(&Event::new(event, &self.shared.plan)));
        if let Some(error) = found {
            self.keep(error);
        }
        self.beside(event);
    }

    /// What overstays is a hook or a task, and only the driver knows which.
    fn with_culprit(&self, event: LifecycleEvent, mut error: Error) -> Error {
        if let (What::Component(key, Change::Overstayed(_)), Error::TimedOut { stage, task, .. }) =
            (event.what, &mut error)
            && let Some((late, name)) = self.lives[key as usize].culprit()
        {
            (*stage, *task) = (late, name);
        }
        error
    }

    fn failed(&mut self, key: Key, stage: Stage, caught: Caught) {
        let error = caught.into_error(self.shared.plan.nodes()[key as usize].name(), stage);
        self.keep(error);
    }

    fn keep(&mut self, error: Error) {
        self.tell(|observer| observer.on_error(&error));
        self.record.errors.push(error);
    }

    /// Tells all observers. One that panics is a bug of its own, and must not stop the app.
    fn tell(&self, f: impl Fn(&dyn Observer)) {
        for observer in &self.observers {
            if let Err(payload) = catch_unwind(AssertUnwindSafe(|| f(&**observer))) {
                // Dropping it may panic once more.
                std::mem::forget(payload);
                tracing::error!(target: "lifecycle", "an observer panicked");
            }
        }
    }
}

impl Drop for Driver {
    /// Whoever waits for the app must not wait for ever, also when the runtime goes away under it.
    fn drop(&mut self) {
        self.shared.abandon();
    }
}

/// Points the timer at the deadline. One that goes off earlier is left alone: that costs less than to move it with every
/// deadline that was met.
fn arm(timer: std::pin::Pin<&mut Sleep>, deadline: Option<Instant>) {
    if let Some(deadline) =
        deadline.filter(|deadline| *deadline < timer.deadline() || timer.is_elapsed())
    {
        timer.reset(deadline);
    }
}
