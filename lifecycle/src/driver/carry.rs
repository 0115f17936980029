//! One command, carried out.

use std::borrow::Cow;
use std::panic::Location;
use std::sync::Arc;

use super::scope::Cleanup;
use super::task::TaskEnd;
use super::{Caught, Driver, Life, Message, Scope, Work, catch};
use crate::component::{Code, Instance};
use crate::context::Reason;
use crate::engine::{Cause, Change, Command, Ending, Input, Key, LifecycleEvent, What};
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
                self.work(key, Stage::Run);
                None
            }
            // A run has no token and no cleanups of its own yet.
            Command::EndRun(key) => {
                self.scope(key).abort();
                self.await_tasks(key)
            }
            Command::CleanRun(key) => Some(Input::Idle(key)),
            Command::Quiesce { node, drain } => self.quiesce(node, drain),
            Command::Stop(key) => {
                if let Some(work) = self.call(key, Stage::Stop) {
                    self.step(key, Stage::Stop, work);
                }
                self.await_tasks(key)
            }
            Command::Cleanup(key) => {
                self.lives[key as usize].cleaning = true;
                self.clean_up(key);
                self.await_tasks(key)
            }
            Command::Hurry(key) => {
                while let Some(cleanup) = self.scope(key).next_cleanup() {
                    let run = run_cleanup(Arc::clone(self.scope(key)), cleanup);
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
                if let Some(scope) = &self.lives[key as usize].scope {
                    scope.abort();
                }
                None
            }
            Command::GiveUp(key) => {
                self.give_up(key);
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
        self.end_life(key);
        let life = &mut self.lives[key as usize];
        let number = life.number + 1;
        *life = Life {
            number,
            scope: Some(Scope::new(Arc::clone(&self.shared), key, number)),
            ..Life::default()
        };
    }

    /// Nothing more happens in this life: a context that somebody kept can spawn no more.
    fn end_life(&mut self, key: Key) {
        if let Some(scope) = self.lives[key as usize].scope.take() {
            scope.end();
        }
    }

    fn scope(&self, key: Key) -> &Arc<Scope> {
        self.lives[key as usize]
            .scope
            .as_ref()
            .expect("a component that is spoken of is alive")
    }

    fn code(&self, key: Key) -> Code<'_> {
        Code::of(&self.shared.plan.nodes()[key as usize])
    }

    /// Whether there is anything to call.
    fn has(&self, key: Key, stage: Stage) -> bool {
        #[cfg(feature = "testing")]
        return self.interference.has(key, stage, self.code(key));
        #[cfg(not(feature = "testing"))]
        self.code(key).has(stage)
    }

    /// Begins something beside the component's step.
    #[track_caller]
    fn launch(&self, key: Key, stage: Stage, work: Work) {
        let work = self.tampered(key, stage, work);
        self.scope(key).launch(
            stage,
            Cow::Borrowed(stage.as_str()),
            Location::caller(),
            work,
        );
    }

    /// Begins a component's next step on the way up or down.
    fn step(&mut self, key: Key, stage: Stage, work: Work) {
        let work = self.tampered(key, stage, work);
        let step = self.scope(key).step(stage, work);
        self.lives[key as usize].step = Some((stage, self.now));
        self.steps.push(step);
    }

    #[cfg(feature = "testing")]
    fn tampered(&self, key: Key, stage: Stage, work: Work) -> Work {
        if self.interference.has_fault(key, stage) {
            let work = work.boxed(Arc::clone(self.scope(key)), stage);
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
        self.step(key, stage, Work::Make);
        None
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
        if let Some(scope) = &self.lives[key as usize].scope {
            scope.fire(|| self.reason(key));
        }
    }

    fn quiesce(&mut self, key: Key, drain: bool) -> Option<Input> {
        self.fire(key);
        if drain {
            self.work(key, Stage::Drain);
        }
        self.await_tasks(key)
    }

    /// Runs the cleanups in one task, last registered first; one that fails does not keep the others from running.
    fn clean_up(&mut self, key: Key) {
        let instance = self.shared.take_instance(key).filter(Instance::needs_drop);
        if instance.is_none() && !self.scope(key).has_cleanups() {
            return;
        }
        let scope = Arc::clone(self.scope(key));
        let work = Box::pin(async move {
            while let Some(cleanup) = scope.next_cleanup() {
                run_cleanup(Arc::clone(&scope), cleanup).await;
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
            outcome,
        } = end;
        let life = &mut self.lives[key as usize];
        if life.number != number {
            // Nobody waits for it any more, and the driver waits for nobody's `Drop`.
            return std::mem::forget(outcome);
        }
        if is_step {
            life.step = None;
        } else if let Some(scope) = &life.scope {
            scope.heard();
        }
        let ending = match outcome {
            None => Ending::Cancelled,
            Some(Ok(value)) => {
                match stage {
                    Stage::Load => self.shared.set_loaded(key, value),
                    Stage::Start => self.shared.set_instance(key, value),
                    _ => {}
                }
                Ending::Ok
            }
            Some(Err(caught)) => {
                let ending = caught.ending();
                self.failed(key, stage, caught);
                ending
            }
        };
        if stage == Stage::Load && self.scope(key).has_cleanups() {
            self.lives[key as usize].held = Some(ending);
            return self.clean_up(key);
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
        let more = life
            .scope
            .as_ref()
            .is_some_and(|scope| scope.has_cleanups() && !scope.is_closed());
        if life.cleaning && ending == Ending::Ok && more {
            return self.clean_up(key);
        }
        life.awaited = false;
        self.handle(Input::Idle(key));
    }

    /// What goes on beside the component's own work: health checks once it is up, and nothing once a life is over.
    pub(super) fn beside(&mut self, event: LifecycleEvent) {
        match event.what {
            What::Component(key, Change::Up) => self.begin_checks(key),
            What::Component(key, Change::Down | Change::Retrying { .. } | Change::Loaded) => {
                self.end_life(key);
            }
            _ => {}
        }
    }

    fn begin_checks(&mut self, key: Key) {
        let Some(how) = self
            .code(key)
            .health()
            .filter(|_| self.has(key, Stage::Health))
        else {
            return;
        };
        let Some(instance) = self.shared.instance_of(key) else {
            return;
        };
        let scope = Arc::clone(self.scope(key));
        #[cfg(feature = "testing")]
        let checks = self.interference.health(key);
        #[cfg(not(feature = "testing"))]
        let checks = crate::health::Plain;
        self.scope(key).launch(
            Stage::Health,
            Cow::Borrowed(Stage::Health.as_str()),
            Location::caller(),
            Work::Calling(Box::pin(async move {
                crate::health::check_until_shutdown(&scope, instance, how, checks).await;
                Ok(())
            })),
        );
    }

    fn give_up(&mut self, key: Key) {
        let leftovers = self.lives[key as usize].leftovers();
        let note = self.shared.note(key);
        self.record.leaked(key, leftovers, note, &self.shared);
        self.end_life(key);
        // What its tasks still send concerns a life that is over.
        self.lives[key as usize].number += 1;
        // Its own `Drop` might hang as its tasks do, so what it holds is leaked with them.
        std::mem::forget(self.shared.take_instance(key));
    }
}

/// Runs one cleanup, and tells how it failed if it did.
async fn run_cleanup(scope: Arc<Scope>, (name, cleanup): (Cow<'static, str>, Cleanup)) {
    // The closure runs inside the future, so that a panic in it is caught too.
    let caught = catch(Box::pin(async move { cleanup().await })).await;
    if let Err(caught) = caught {
        scope.send(Message::CleanupFailed(scope.key, caught.named(&name)));
    }
}

impl Caught {
    /// Adds which cleanup it was.
    fn named(self, name: &str) -> Self {
        match self {
            Self::Error(error) => {
                Self::Error(Box::new(crate::error::CleanupError::new(name, error)))
            }
            Self::Panic(mut panic) => {
                panic.message = format!("in the cleanup `{name}`: {}", panic.message);
                Self::Panic(panic)
            }
        }
    }
}

impl Driver {
    /// Why a component is told to stop.
    fn reason(&self, key: Key) -> Reason {
        let failed =
            |key: Key| Reason::Failed(self.shared.plan.nodes()[key as usize].name().into());
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
