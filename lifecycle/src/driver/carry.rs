//! One command, carried out.

use std::borrow::Cow;
use std::panic::Location;
use std::sync::Arc;

use super::life::Life;
use super::scope::Cleanup;
use super::task::{TaskEnd, load};
use super::{Caught, Driver, Message, Scope, Work, catch};
use crate::component::{Code, Instance};
use crate::context::Reason;
use crate::engine::{Cause, Command, Ending, Input, Key};
use crate::plan::Stage;

impl Driver {
    /// Carries out a command. The answer is there at once when there is nothing to wait for.
    pub(super) fn carry_out(&mut self, command: Command) -> Option<Input> {
        match command {
            Command::Load(key) => {
                self.begin_life(key);
                // A load hook owns nothing that could outlive it.
                self.scope(key).close();
                self.make(key, Stage::Load)
            }
            Command::Start(key) => {
                self.begin_life(key);
                self.make(key, Stage::Start)
            }
            Command::Run(key) => {
                self.begin_run(key);
                self.run_next = Some(key);
                None
            }
            Command::EndRun(key) => {
                let life = &mut self.lives[key as usize];
                life.recalled = true;
                life.cleaning = false;
                if let Some(run) = &life.run {
                    run.fire(|| Reason::Restart);
                }
                self.await_tasks(key)
            }
            Command::CleanRun(key) => {
                self.lives[key as usize].cleaning = true;
                self.clean_up(key, None);
                self.await_tasks(key)
            }
            Command::Quiesce { node, drain } => self.quiesce(node, drain),
            Command::Stop(key) => {
                if let Some(work) = self.call(key, Stage::Stop) {
                    self.step(key, Stage::Stop, work);
                }
                self.await_tasks(key)
            }
            Command::Cleanup(key) => {
                self.lives[key as usize].cleaning = true;
                let instance = self.shared.take_instance(key);
                self.clean_up(key, instance.filter(Instance::needs_drop));
                self.await_tasks(key)
            }
            Command::Hurry(key) => {
                while let Some((scope, cleanup)) = self.lives[key as usize].next_cleanup() {
                    let run = run_cleanup(scope, cleanup);
                    let work = Box::pin(async {
                        run.await;
                        Ok(None)
                    });
                    self.launch(key, Stage::Cleanup, Work::Any(work));
                }
                self.await_tasks(key)
            }
            Command::Abort(key) => {
                self.fire(key);
                for scope in self.lives[key as usize].going() {
                    scope.abort();
                }
                None
            }
            Command::GiveUp(key) => {
                self.give_up(key);
                None
            }
            Command::CleanUpApp => self.clean_up_app(),
            Command::GiveUpCleanups => {
                self.give_up_cleanups();
                None
            }
            Command::Finish => {
                for key in 0..self.lives.len() as Key {
                    self.end_life(key);
                    // What no start took stays where it is: the driver waits for nobody's `Drop`.
                    std::mem::forget(self.shared.take_loaded(key));
                }
                self.finished = true;
                None
            }
            Command::Exit(code) => {
                if self.exit_now {
                    #[expect(
                        clippy::disallowed_methods,
                        reason = "a third signal asks for exactly this"
                    )]
                    std::process::exit(i32::from(code));
                }
                None
            }
        }
    }

    fn begin_life(&mut self, key: Key) {
        let life = &mut self.lives[key as usize];
        life.end();
        let number = life.number + 1;
        *life = Life {
            number,
            scope: Some(Scope::new(Arc::clone(&self.shared), key, number)),
            ..Life::default()
        };
    }

    /// Calls the run loop that was to be called, after the events that came with that: its code may ask for the status.
    pub(super) fn run_loop(&mut self) {
        if let Some(key) = self.run_next.take() {
            self.work(key, Stage::Run);
        }
    }

    /// What belongs to one call of the run loop ends before the next one.
    fn begin_run(&mut self, key: Key) {
        let life = &mut self.lives[key as usize];
        life.end_run();
        life.number += 1;
        life.recalled = false;
        life.cleaning = false;
        life.run = Some(Scope::new(Arc::clone(&self.shared), key, life.number));
    }

    pub(super) fn end_life(&mut self, key: Key) {
        self.lives[key as usize].end();
    }

    /// What a task of this stage belongs to: what works until the run loop is called anew ends with the run.
    pub(super) fn scope_for(&self, key: Key, stage: Stage) -> &Arc<Scope> {
        let run = self.lives[key as usize].run.as_ref();
        run.filter(|_| matches!(stage, Stage::Run | Stage::Health))
            .unwrap_or_else(|| self.scope(key))
    }

    fn scope(&self, key: Key) -> &Arc<Scope> {
        self.lives[key as usize]
            .scope
            .as_ref()
            .expect("a component that is spoken of is alive")
    }

    pub(super) fn code(&self, key: Key) -> Code<'_> {
        Code::of(self.shared.node(key))
    }

    /// Whether there is anything to call.
    pub(super) fn has(&self, key: Key, stage: Stage) -> bool {
        super::has(self.hooks[key as usize], stage)
    }

    #[cfg_attr(
        not(feature = "testing"),
        expect(clippy::unused_self, reason = "tests have a say in it")
    )]
    pub(super) fn code_has(&self, key: Key, stage: Stage, code: Code<'_>) -> bool {
        #[cfg(feature = "testing")]
        return self.interference.has(key, stage, code);
        #[cfg(not(feature = "testing"))]
        {
            let _ = key;
            code.has(stage)
        }
    }

    /// Begins something beside the component's step.
    #[track_caller]
    fn launch(&self, key: Key, stage: Stage, work: Work) {
        let work = self.tampered(key, stage, work);
        self.scope_for(key, stage).launch(
            stage,
            Cow::Borrowed(stage.as_str()),
            Location::caller(),
            work,
        );
    }

    /// Begins a component's next step on the way up or down.
    fn step(&mut self, key: Key, stage: Stage, work: Work) {
        let work = self.tampered(key, stage, work);
        let life = &mut self.lives[key as usize];
        let part = if life.recalled {
            &life.run
        } else {
            &life.scope
        };
        let part = part.as_ref().expect("what takes a step is alive");
        let step = part.step(stage, work);
        life.step = Some((stage, self.now));
        self.steps.push(step);
    }

    #[cfg(feature = "testing")]
    fn tampered(&self, key: Key, stage: Stage, work: Work) -> Work {
        if self.interference.has_fault(key, stage) {
            let work = work.boxed(Arc::clone(self.scope_for(key, stage)), stage);
            Work::Any(self.interference.interfere(key, stage, work))
        } else {
            work
        }
    }

    #[cfg(not(feature = "testing"))]
    #[expect(clippy::unused_self, reason = "tests do something here")]
    fn tampered(&self, _key: Key, _stage: Stage, work: Work) -> Work {
        work
    }

    /// Calls a load or a start hook.
    fn make(&mut self, key: Key, stage: Stage) -> Option<Input> {
        #[cfg(feature = "testing")]
        if let Some(instance) = self
            .interference
            .replacement(key)
            .filter(|_| stage == Stage::Start)
        {
            self.shared.set_instance(key, Some(instance));
            return Some(Input::Ended(key, stage, Ending::Ok));
        }
        if !self.has(key, stage) {
            self.shared.set_instance(key, Some(Instance::new(())));
            return Some(Input::Ended(key, stage, Ending::Ok));
        }
        let work = match stage {
            Stage::Start if self.lacks_loaded(key) => self.load_again(key),
            _ => Work::Make,
        };
        self.step(key, stage, work);
        None
    }

    /// Whether its start hook wants what its load hook gives, and a start before this one has taken that.
    fn lacks_loaded(&self, key: Key) -> bool {
        // A fault at that stage is not a hook.
        let loads = self.has(key, Stage::Load) && self.code(key).has(Stage::Load);
        loads && self.shared.loaded(key).is_none()
    }

    fn load_again(&self, key: Key) -> Work {
        let load = load(Arc::clone(self.scope(key)));
        #[cfg(feature = "testing")]
        let load = self.interference.interfere(key, Stage::Load, load);
        Work::LoadAndMake(load)
    }

    /// The call of a hook of the started component, if it has that hook.
    fn call(&self, key: Key, stage: Stage) -> Option<Work> {
        let instance = self.has(key, stage).then(|| self.shared.instance_of(key))?;
        instance.map(Work::Call)
    }

    /// Calls a hook that goes on beside the component's steps, if it has that hook.
    fn work(&mut self, key: Key, stage: Stage) {
        if let Some(work) = self.call(key, stage) {
            self.launch(key, stage, work);
        }
    }

    fn fire(&self, key: Key) {
        for scope in self.lives[key as usize].going() {
            scope.fire(|| self.reason(key));
        }
    }

    fn quiesce(&mut self, key: Key, drain: bool) -> Option<Input> {
        let life = &mut self.lives[key as usize];
        life.recalled = false;
        // The cleanups of a run that was to be restarted are not those of the stop.
        life.cleaning = false;
        self.fire(key);
        if drain {
            self.work(key, Stage::Drain);
        }
        self.await_tasks(key)
    }

    /// Runs the cleanups in one task, last registered first; one that fails does not keep the others from running.
    fn clean_up(&mut self, key: Key, instance: Option<Instance>) {
        let life = &self.lives[key as usize];
        if instance.is_none() && !life.has_cleanups() {
            return;
        }
        let scopes: Vec<Arc<Scope>> = life.going().cloned().collect();
        let work = Box::pin(async move {
            for scope in &scopes {
                while let Some(cleanup) = scope.next_cleanup() {
                    run_cleanup(Arc::clone(scope), cleanup).await;
                }
            }
            // The component's own `Drop` is user code like any other: it may block, panic, or register a cleanup.
            drop(instance);
            Ok(None)
        });
        self.step(key, Stage::Cleanup, Work::Any(work));
    }

    /// Answers that the component is idle, now or when its last task has ended.
    fn await_tasks(&mut self, key: Key) -> Option<Input> {
        let life = &mut self.lives[key as usize];
        let idle = life.is_idle();
        life.awaited = !idle;
        idle.then_some(Input::Idle(key))
    }

    /// A task of a component ended.
    pub(super) fn task_ended(&mut self, end: TaskEnd) {
        let TaskEnd {
            key,
            life: number,
            is_step,
            stage,
            ending,
            outcome,
        } = end;
        let life = &mut self.lives[key as usize];
        let Some(scope) = life.part(number) else {
            // Nobody waits for it any more, and the driver waits for nobody's `Drop`.
            return std::mem::forget(outcome);
        };
        if is_step {
            life.step = None;
        } else {
            scope.heard();
        }
        match outcome {
            None => {}
            Some(Ok(value)) => match stage {
                Stage::Load => self.shared.set_loaded(key, value),
                Stage::Start => self.shared.set_instance(key, value),
                _ => {}
            },
            Some(Err(caught)) => self.failed(key, stage, caught),
        }
        if stage == Stage::Load && self.scope(key).has_cleanups() {
            self.lives[key as usize].held = Some(ending);
            return self.clean_up(key, None);
        }
        match self.lives[key as usize].held.take() {
            Some(ending) => self.handle(Input::Ended(key, Stage::Load, ending)),
            None => self.handle(Input::Ended(key, stage, ending)),
        }
        let life = &mut self.lives[key as usize];
        if !life.awaited || !life.is_idle() {
            return;
        }
        // A cleanup may have registered another one, or dropped what did.
        let more = life.cleaning && life.has_cleanups() && !life.is_closed();
        if more && ending == Ending::Ok {
            return self.clean_up(key, None);
        }
        life.awaited = false;
        self.handle(Input::Idle(key));
    }

    fn give_up(&mut self, key: Key) {
        let leftovers = self.lives[key as usize].leftovers();
        let note = self.shared.note(key);
        self.record.leaked(key, leftovers, note, &self.shared);
        // What its tasks still send concerns a life that is over.
        self.end_life(key);
        // Its own `Drop` might hang as its tasks do, so what it holds is leaked with them.
        std::mem::forget(self.shared.take_instance(key));
    }
}

/// Runs one cleanup, and tells how it failed if it did.
async fn run_cleanup(scope: Arc<Scope>, (name, cleanup): (Cow<'static, str>, Cleanup)) {
    // The closure runs inside the future, so that a panic in it is caught too.
    let caught = catch(Box::pin(async move { cleanup().await })).await;
    if let Err(caught) = caught {
        scope.send(Message::CleanupFailed(scope.key, caught.of_cleanup(&name)));
    }
}

impl Caught {
    /// Adds which cleanup it was.
    pub(super) fn of_cleanup(self, name: &str) -> Self {
        self.named("cleanup", name)
    }

    /// Adds which task it was.
    pub(crate) fn of_task(self, name: &str) -> Self {
        self.named("task", name)
    }

    fn named(self, what: &'static str, name: &str) -> Self {
        match self {
            Self::Error(error) => {
                Self::Error(Box::new(crate::error::PartError::new(what, name, error)))
            }
            Self::InLoad(caught) => Self::InLoad(Box::new(caught.named(what, name))),
            Self::Panic(mut panic) => {
                panic.message = format!("in the {what} `{name}`: {}", panic.message);
                Self::Panic(panic)
            }
        }
    }
}

impl Driver {
    /// Why a component is told to stop.
    fn reason(&self, key: Key) -> Reason {
        let failed = |key: Key| Reason::Failed(self.shared.name_of(key).into());
        match self.engine.cause() {
            Some(Cause::Checked) => Reason::Checked,
            Some(Cause::Signal(signal)) => Reason::Signal(signal),
            Some(Cause::Requested) => {
                Reason::Requested(self.shutdown_words.clone().unwrap_or_default())
            }
            Some(Cause::MainReturned) => Reason::MainReturned,
            Some(Cause::Finished(_) | Cause::AllFinished) => Reason::Finished,
            Some(Cause::LoadFailed(key) | Cause::StartFailed(key, _) | Cause::Failed(key, _)) => {
                failed(key)
            }
            Some(Cause::StartBudget) => Reason::Cancelled,
            Some(Cause::NoneLeft | Cause::MainLost) | None => {
                self.engine.culprit(key).map_or(Reason::Cancelled, failed)
            }
        }
    }
}
