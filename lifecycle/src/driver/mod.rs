//! The thin part: carries out what the engine decides, and tells it what happened.
//!
//! Invariants:
//! 1. This is the only room that spawns tasks, but for the driver's own, which `app` spawns.
//! 2. User code runs only behind a guard, in a task of its own or called by a [`runner`]: behind `catch_unwind`, and its
//!    end, however it ends, is one [`Message`] that no abort and no panic can skip.
//! 3. No rule lives here. A decision that seems to belong here belongs into the engine.

mod beside;
mod carry;
mod cell;
mod cleanups;
mod drive;
mod events;
mod grow;
mod growing;
mod health;
mod life;
mod lines;
mod members;
mod message;
mod panics;
mod record;
mod runner;
mod scope;
mod shared;
mod signals;
mod spans;
mod stamp;
mod status;
mod stop;
mod task;
mod tell;
mod watch;

use std::any::type_name;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, Weak};
use std::task::{Context as Poller, Poll};
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::sync::{mpsc, oneshot};

pub(crate) use cleanups::Registered;
pub(crate) use drive::Drive;
pub(crate) use grow::Added;
pub(crate) use lines::Lines;
pub(crate) use message::Message;
pub(crate) use panics::Panic;
pub(crate) use record::Record;
pub(crate) use scope::{Scope, TaskLink};
pub(crate) use shared::Shared;
pub(crate) use stamp::Stamp;
pub(crate) use task::{Caught, Work, catch, catch_panic, drop_each, text_of, words_of};

use crate::app::{Companion, Named};
use crate::component::Code;
use crate::engine::{
    Ending, Engine, Facts, Input, Key, Limits, Moment, Op, Output, Phase, Refusal, Request,
};
use crate::event::{Bus, Observers};
use crate::observe::Observer;
use crate::plan::{Plan, Stage};
use life::Life;
use runner::{PATIENCE, Sender};
use signals::Received;
use task::{Guard, TaskEnd};

#[cfg(feature = "testing")]
use crate::testing::Interference;

/// What makes an app, as the driver needs it.
pub(crate) struct Setup {
    pub(crate) name: String,
    pub(crate) plan: Plan,
    pub(crate) limits: Limits,
    pub(crate) work: crate::work::Limits,
    pub(crate) check_only: bool,
    pub(crate) signals: bool,
    pub(crate) observers: Vec<Box<dyn Observer>>,
    pub(crate) companions: Vec<Named>,
    /// After which time a scheduler counts as stalled, if anybody is to watch it.
    pub(crate) stall_limit: Option<Duration>,
    /// Where components run; where the driver runs, if it is not said.
    pub(crate) runtime: Option<Handle>,
    #[cfg(feature = "testing")]
    pub(crate) interference: Interference,
    /// What the wall clock shows when the app begins, if it is to go by the app's time.
    #[cfg(all(feature = "cron", feature = "testing"))]
    pub(crate) wall: Option<std::time::SystemTime>,
}

impl Setup {
    /// Adds one that goes along with the app, and who hears for it.
    pub(crate) fn accompany<C: Companion>(&mut self, companion: Arc<C>) {
        if let Some(observer) = Arc::clone(&companion).observer() {
            self.observers.push(Box::new(observer));
        }
        self.companions.push((type_name::<C>(), companion));
    }
}

/// The engine, and all that it takes to carry out what it says. One at a time has it: its own task, [`Drive`], or a runner
/// whose steps have just ended.
pub(crate) struct Driver {
    sender: Sender,
    shared: Arc<Shared>,
    /// All components, those included that were added.
    plan: Plan,
    engine: Engine,
    inbox: mpsc::UnboundedReceiver<Message>,
    /// Messages that were taken out and not looked at.
    batch: Vec<Message>,
    /// Until when nobody has to look at the clock.
    armed: Option<Moment>,
    lives: Vec<Life>,
    /// Which hooks each component has: a bit for each stage, that of tasks for what goes on beside the run loop.
    hooks: Vec<u8>,
    observers: Observers,
    record: Record,
    /// The app's own cleanups that have begun.
    cleanups: cleanups::Running,
    shutdown_timeout: Duration,
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
    check_only: bool,
    exit_now: bool,
    finished: bool,
    shutdown_words: Option<Arc<str>>,
    /// The last request, and those who wait for answers.
    asked: Op,
    answers: HashMap<Op, oneshot::Sender<Result<(), Refusal>>>,
    /// With how many of them to see whether all are still waited for.
    most_answers: usize,
    #[cfg(feature = "testing")]
    interference: Interference,
}

/// How many messages are taken at once before timers and signals are looked at again.
const BATCH: usize = 256;

/// How many requests may be under way before the driver sees whether anybody still waits for them.
const MOST_ANSWERS: usize = 64;

impl Driver {
    fn new(setup: Setup, this: &Weak<Mutex<Self>>) -> Self {
        panics::install_hook();
        let hooks = |i: usize| {
            let code = Code::of(&setup.plan.nodes()[i]);
            #[cfg(feature = "testing")]
            let has = |stage| setup.interference.has(i as Key, stage, code);
            #[cfg(not(feature = "testing"))]
            let has = |stage| code.has(stage);
            bits(has)
        };
        let hooks: Vec<u8> = (0..setup.plan.len()).map(hooks).collect();
        let facts = |i: usize| Facts {
            loads: has(hooks[i], Stage::Load),
            runs: has(hooks[i], Stage::Run),
        };
        let engine = Engine::new(&setup.plan, facts, setup.limits);
        let (sender, inbox) = mpsc::unbounded_channel();
        let count = setup.plan.len();
        let observers = Observers::from(setup.observers);
        #[cfg(feature = "testing")]
        let is_replaced = |key| setup.interference.replacement(key).is_some();
        #[cfg(not(feature = "testing"))]
        let is_replaced = |_| false;
        let events = Bus::new(&setup.plan, Arc::clone(&observers), is_replaced);
        let plan = setup.plan.clone();
        let shared = Shared::new(
            setup.name,
            setup.plan,
            sender,
            setup.runtime.unwrap_or_else(Handle::current),
            setup.limits.seed,
            setup.work,
            events,
        )
        .with_watch(setup.stall_limit);
        #[cfg(all(feature = "cron", feature = "testing"))]
        let shared = shared.with_wall(setup.wall);
        let shared = Arc::new(shared);
        shared.set_required(&engine);
        Self {
            sender: Sender {
                driver: Weak::clone(this),
                shared: Arc::clone(&shared),
            },
            plan,
            shared,
            engine,
            inbox,
            batch: Vec::with_capacity(BATCH),
            armed: None,
            lives: (0..count).map(|_| Life::default()).collect(),
            hooks,
            observers,
            record: Record::new(),
            cleanups: cleanups::Running::default(),
            shutdown_timeout: setup.limits.shutdown_timeout,
            steps: Vec::new(),
            ended: Vec::new(),
            run_next: None,
            now: Moment::ZERO,
            relief: None,
            check_only: setup.check_only,
            exit_now: setup.signals,
            finished: false,
            shutdown_words: None,
            asked: 0,
            answers: HashMap::new(),
            most_answers: MOST_ANSWERS,
            #[cfg(feature = "testing")]
            interference: setup.interference,
        }
    }

    /// Begins the first thing that is to be done.
    fn begin(&mut self) {
        self.handle(if self.check_only {
            Input::Check
        } else {
            Input::Begin
        });
    }

    /// Waits for messages.
    fn poll_inbox(&mut self, cx: &mut Poller<'_>) -> Poll<()> {
        let polled = self.inbox.poll_recv_many(cx, &mut self.batch, BATCH);
        polled.map(|_| ())
    }

    /// Looks at all that happened. What steps said before they ended comes before their end.
    fn turn(&mut self) {
        if self.finished {
            return;
        }
        self.now = self.shared.now();
        let mut ended = std::mem::take(&mut self.ended);
        self.shared.runners.hear(&mut ended);
        // All that they said is there by now; what comes from here on is for the next turn.
        let mut batch = std::mem::take(&mut self.batch);
        let mut left = self.inbox.len();
        loop {
            for message in batch.drain(..) {
                self.take(message);
            }
            while let Some(less) = left.checked_sub(1)
                && batch.len() < BATCH
                && let Ok(message) = self.inbox.try_recv()
            {
                left = less;
                batch.push(message);
            }
            if batch.is_empty() {
                break;
            }
        }
        self.batch = batch;
        for end in ended.drain(..) {
            self.task_ended(end);
        }
        self.ended = ended;
    }

    /// Has those who wait look again, and sends somebody to call the steps that have come up.
    fn settle(&mut self) {
        self.shared.announce();
        if self.finished {
            return;
        }
        let alert = self.relief.is_none();
        let runners = &self.shared.runners;
        if runners.send(&mut self.steps, &self.sender, alert) {
            self.relief.get_or_insert(self.now.saturating_add(PATIENCE));
        }
    }

    /// The same as its task does, for a runner whose steps have ended; says when that was.
    fn turn_of_runner(&mut self) -> Moment {
        self.turn();
        self.settle();
        let next = self.deadline();
        let is_nearer = next.is_some_and(|next| self.armed.is_none_or(|armed| next < armed));
        if self.finished || is_nearer || !self.cleanups.is_empty() {
            self.shared.send(Message::Wake);
        }
        self.now
    }

    /// What the report is made of, once all is over.
    fn take_record(&mut self) -> Record {
        let mut record = std::mem::replace(&mut self.record, Record::new());
        record.finish(&self.engine, self.shared.now());
        record.words = self.shutdown_words.take();
        record
    }

    /// When to look at the clock.
    fn deadline(&mut self) -> Option<Moment> {
        let deadlines = [self.engine.next_deadline(), self.relief];
        deadlines.into_iter().flatten().min()
    }

    fn tick(&mut self) {
        self.now = self.shared.now();
        if self.relief.is_some_and(|at| at <= self.now) {
            self.relief = None;
            self.turn();
            self.shared.runners.relieve(&self.sender);
        }
        self.handle(Input::Tick);
    }

    fn signal(&mut self, signal: Received) {
        self.now = self.shared.now();
        match signal {
            Received::Signal(signal) => self.handle(Input::Signal(signal)),
            Received::Dump => {
                // Whoever reads standard error may be slow, and errors of jobs print themselves; the app is not to wait for
                // that.
                let shared = Arc::clone(&self.shared);
                std::thread::spawn(move || crate::app::say(&shared.status().to_string()));
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
                if let Some(scope) = self.lives[key as usize].part(life) {
                    if matches!(input, Input::Beat(_)) {
                        scope.heard_beat();
                    }
                    self.handle(input);
                }
            }
            Message::Ended(end) => self.task_ended(end),
            // What it is about is looked at after all messages.
            Message::Wake => {}
            Message::Shutdown(words) => {
                if self.shutdown_words.is_none() {
                    tracing::info!(target: "lifecycle", "asked to stop: {words}");
                    self.shutdown_words = Some(words.into());
                }
                self.handle(Input::Shutdown);
            }
            Message::AppCleanup => {
                if self.engine.phase() == Phase::Cleaning {
                    self.go_on_cleaning();
                }
            }
            Message::Ask(request, answer) => self.ask(request, answer),
            Message::Add(more, answer) => self.add(more, answer),
            Message::Note(key, note) => {
                let mut next = Some(note);
                while let Some(note) = next {
                    let name = self.shared.name_of(key);
                    self.tell(|observer| observer.on_note(name, &note));
                    next = self.shared.told_note(key, note);
                }
            }
            Message::Health(key) => self.tell_health(key),
            Message::Problem(key, stage, error) => {
                self.failed(key, stage, Caught::Error(error));
                self.handle(Input::Ended(key, stage, Ending::Error));
            }
            Message::TaskRestarts { key, caught, words } => {
                if let Some(caught) = caught {
                    self.failed(key, Stage::Task, caught);
                }
                let component = self.shared.name_of(key);
                tracing::warn!(target: "lifecycle", component, "{component}: {words}");
            }
            Message::CleanupFailed(key, caught) => {
                let ending = caught.ending();
                self.failed(key, Stage::Cleanup, caught);
                self.handle(Input::Ended(key, Stage::Cleanup, ending));
            }
        }
    }

    fn ask(&mut self, request: Request, answer: oneshot::Sender<Result<(), Refusal>>) {
        if self.answers.len() >= self.most_answers {
            self.forget_answers();
        }
        self.asked += 1;
        self.answers.insert(self.asked, answer);
        self.engine
            .handle(self.now, Input::Ask(self.asked, request));
        // Before anybody hears of it.
        self.shared.heed(&self.engine);
        self.follow();
    }

    /// Feeds one input and carries out all that follows from it.
    fn handle(&mut self, input: Input) {
        self.engine.handle(self.now, input);
        self.follow();
    }

    /// Nobody waits any more for some of the answers.
    fn forget_answers(&mut self) {
        let engine = &mut self.engine;
        self.answers.retain(|op, answer| {
            let waited_for = !answer.is_closed();
            if !waited_for {
                engine.forget(*op);
            }
            waited_for
        });
        self.most_answers = 2 * self.answers.len().max(MOST_ANSWERS / 2);
    }

    /// Carries out all that the engine says.
    fn follow(&mut self) {
        self.shared.set_deadline(self.engine.app_deadline());
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
        self.settle_those_who_turned();
        self.run_loop();
    }
}

/// A bit for each stage that a component has a hook for.
fn bits(has: impl Fn(Stage) -> bool) -> u8 {
    let bit = |stage: &Stage| u8::from(has(*stage)) << *stage as u8;
    Stage::HOOKS.iter().chain(&[Stage::Task]).map(bit).sum()
}

/// Whether the hook of a stage is among these.
fn has(hooks: u8, stage: Stage) -> bool {
    hooks & 1 << stage as u8 != 0
}
