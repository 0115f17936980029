//! An app under test.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use super::fault::{Fault, Interference};
use super::log::EventLog;
use crate::app::{App, AppBuilder, RunReport, Running};
use crate::component::{Code, Component, Instance};
use crate::context::AppHandle;
use crate::engine::{Key, Phase, Signal, State};
use crate::plan::{Plan, Stage};

/// An app that runs in paused time: a test that waits an hour takes a moment.
///
/// Time moves on only when nothing else can happen. The seed of the jitter is 0. For `#[cron]`, the wall clock shows the
/// beginning of 2026 in UTC when the app begins, and goes by the app's time; `AppBuilder::wall_clock` sets another.
#[must_use = "an app does nothing until it is run"]
pub struct TestApp {
    plan: Plan,
    builder: AppBuilder,
    log: EventLog,
    /// There is a fault in `main`, whether or not there is one yet.
    needs_main: bool,
}

/// Midnight in UTC, on a Thursday.
#[cfg(feature = "cron")]
const NEW_YEAR: Duration = Duration::from_secs(1_767_225_600);

/// How a test app ended.
#[derive(Debug)]
#[non_exhaustive]
pub struct Ended {
    /// The report.
    pub report: RunReport,
    /// The events.
    pub log: EventLog,
}

impl TestApp {
    /// A test app over a plan.
    pub fn new(plan: Plan) -> Self {
        let log = EventLog::default();
        let builder = App::builder(plan.clone())
            .name("test")
            .seed(0)
            .observer(log.clone());
        #[cfg(feature = "cron")]
        let builder = builder.wall_clock(std::time::UNIX_EPOCH + NEW_YEAR);
        Self {
            plan,
            builder,
            log,
            needs_main: false,
        }
    }

    /// Sets the app up as its builder does: limits, `main`, observers.
    pub fn with(mut self, set_up: impl FnOnce(AppBuilder) -> AppBuilder) -> Self {
        self.builder = set_up(self.builder);
        self
    }

    /// Puts a value in the place of a component: none of its hooks is called. A worker pool then has no workers and refuses
    /// every job; to see jobs done in another way, replace what the pool depends on.
    ///
    /// # Panics
    ///
    /// If the component is not part of the plan, or its start has a fault, which would not be reached.
    #[track_caller]
    pub fn replace<C: Component>(mut self, value: C) -> Self {
        let key = self.key_of::<C>();
        let is_faulty = self.interference().has_fault(key, Stage::Start);
        assert!(!is_faulty, "{}", never_starts(C::DECLARATION.name));
        self.builder
            .setup_mut()
            .interference
            .replace(key, Instance::new(value));
        self
    }

    /// Has a hook of a component go wrong, every time it is called, also one that the component does not have.
    ///
    /// A health check needs the hook: without one there is nothing to say how often it runs. A fault in
    /// [`Stage::Cleanup`] comes before all cleanups, in their place; [`TestHandle::ended`] panics if there were none.
    ///
    /// # Panics
    ///
    /// If the component is not part of the plan. If the fault could never be reached: one in [`Stage::Task`], in the
    /// health of a component without such a hook, or in the start of a [replaced](Self::replace) component.
    #[track_caller]
    pub fn fault<C: Component>(self, stage: Stage, fault: Fault) -> Self {
        let key = self.key_of::<C>();
        self.fault_at(key, stage, fault)
    }

    /// Has a hook of the component with this name go wrong; `main` is the app's own work.
    ///
    /// # Panics
    ///
    /// As [`fault`](Self::fault) does, or if no component has this name. Without a `main`, the start panics.
    #[track_caller]
    pub fn fault_named(mut self, component: &str, stage: Stage, fault: Fault) -> Self {
        let key = match self.plan.find(component) {
            Some(key) => key,
            None if component == "main" => {
                self.needs_main = true;
                // It will be the last one.
                self.plan.len()
            }
            None => panic!("the plan has no component `{component}`"),
        };
        self.fault_at(key as Key, stage, fault)
    }

    #[track_caller]
    fn fault_at(mut self, key: Key, stage: Stage, fault: Fault) -> Self {
        let is_replaced = self.interference().replacement(key).is_some();
        let node = self.plan.nodes().get(key as usize);
        let name = node.map_or("main", |node| node.name());
        match stage {
            Stage::Task => panic!(
                "no fault can be put into the tasks of `{name}`, which it spawns itself; put it into the hook that does"
            ),
            Stage::Health => assert!(
                node.is_some_and(|node| Code::of(node).health().is_some()),
                "`{name}` has no health check, so a fault in it would never be reached"
            ),
            Stage::Start => assert!(!is_replaced, "{}", never_starts(name)),
            _ => {}
        }
        self.builder
            .setup_mut()
            .interference
            .fault(key, stage, fault);
        self
    }

    fn interference(&mut self) -> &Interference {
        &self.builder.setup_mut().interference
    }

    #[track_caller]
    fn key_of<C: Component>(&self) -> Key {
        let id = C::DECLARATION.id;
        let found = self
            .plan
            .nodes()
            .iter()
            .position(|node| node.declaration().id == id);
        found.unwrap_or_else(|| panic!("the plan has no component `{}`", C::DECLARATION.name))
            as Key
    }

    /// Runs the test against the started app, in a runtime of its own, with time paused.
    ///
    /// # Panics
    ///
    /// As the test does; and if the runtime cannot be built, or there is a fault in a `main` that is not there.
    #[track_caller]
    pub fn run<F: Future>(self, test: impl FnOnce(TestHandle) -> F) -> F::Output {
        let mut builder = tokio::runtime::Builder::new_current_thread();
        let runtime = builder
            .enable_all()
            .start_paused(true)
            .build()
            .expect("a runtime for the test");
        runtime.block_on(async { test(self.start()).await })
    }

    /// Runs the app to its end, in a runtime of its own, with time paused.
    ///
    /// # Panics
    ///
    /// As [`run`](Self::run) and [`TestHandle::ended`] do.
    #[must_use]
    #[track_caller]
    pub fn run_to_end(self) -> Ended {
        self.run(TestHandle::ended)
    }

    /// Starts the app in the runtime of the caller, whose time it does not pause.
    ///
    /// # Panics
    ///
    /// Outside of a tokio runtime, or if there is a fault in a `main` that is not there.
    #[track_caller]
    pub fn start(mut self) -> TestHandle {
        let interference = self.interference().clone();
        let running = self.builder.start();
        let has_main = running.shared().find("main").is_some();
        assert!(
            has_main || !self.needs_main,
            "there is a fault in `main`, but the app has none; give it one by `with(|app| app.main(..))`"
        );
        TestHandle {
            running,
            log: self.log,
            interference,
        }
    }
}

impl std::fmt::Debug for TestApp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TestApp")
            .field("plan", &self.plan)
            .finish_non_exhaustive()
    }
}

fn never_starts(name: &str) -> String {
    format!("`{name}` is replaced, so a fault in its start would never be reached")
}

/// A test app that was started.
#[must_use = "dropping it asks the app to stop"]
pub struct TestHandle {
    running: Running,
    log: EventLog,
    interference: Interference,
}

impl std::fmt::Debug for TestHandle {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TestHandle")
            .field("running", &self.running)
            .field("log", &self.log)
            .finish_non_exhaustive()
    }
}

impl TestHandle {
    /// The handle of the app.
    #[must_use]
    pub fn app(&self) -> AppHandle {
        self.running.app()
    }

    /// The events so far.
    #[must_use]
    pub fn log(&self) -> &EventLog {
        &self.log
    }

    /// The component `C`, if it is there.
    #[must_use]
    pub fn get<C: Component>(&self) -> Option<Arc<C>> {
        self.running
            .shared()
            .instance(C::DECLARATION.id)
            .map(Instance::of)
    }

    /// Waits until everything that can be up is; `false` if the app stops before that.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: nothing is lost when the future is dropped.
    pub async fn started(&self) -> bool {
        self.app().started().await
    }

    /// Waits until the component `C` is in this state, for at most ten minutes of the app's time.
    ///
    /// # Panics
    ///
    /// If the time passes, with the log; or if the component is not part of the app.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: nothing is lost when the future is dropped, but the ten minutes begin anew.
    pub async fn reaches<C: Component>(&self, state: State) {
        self.reaches_named(C::DECLARATION.name, state).await;
    }

    /// Waits until the component with this name is in this state, for at most ten minutes of the app's time.
    ///
    /// # Panics
    ///
    /// If the time passes, with the log; or if no component has this name.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: nothing is lost when the future is dropped, but the ten minutes begin anew.
    pub async fn reaches_named(&self, component: &str, state: State) {
        let shared = self.running.shared();
        let key = shared
            .find(component)
            .unwrap_or_else(|| panic!("the app has no component `{component}`"));
        let there = shared.until(|shared| (shared.state(key) == state).then_some(()));
        if tokio::time::timeout(Duration::from_secs(600), there)
            .await
            .is_err()
        {
            panic!(
                "`{component}` did not reach {state:?}; the log:\n{}",
                self.log
            );
        }
    }

    /// Waits until the app is in this phase or beyond it.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: nothing is lost when the future is dropped.
    pub async fn phase(&self, phase: Phase) {
        self.running
            .shared()
            .until(|shared| (shared.phase() >= phase).then_some(()))
            .await;
    }

    /// Acts as if the process had got a signal.
    pub fn signal(&self, signal: Signal) {
        self.running.signal(signal);
    }

    /// Asks the app to stop, and waits until it has.
    ///
    /// # Panics
    ///
    /// As [`ended`](Self::ended) does.
    ///
    /// # Cancel safety
    ///
    /// Not cancel safe: when the future is dropped, the app is asked to stop and ends on its own, and its report is lost.
    pub async fn stop(self) -> Ended {
        self.app().shutdown("the test is over");
        self.ended().await
    }

    /// Waits until the app has ended.
    ///
    /// # Panics
    ///
    /// If there was a fault in the cleanups of a component of which none ran, with the log. And if the framework itself
    /// panicked, which is a bug in it.
    ///
    /// # Cancel safety
    ///
    /// Not cancel safe: when the future is dropped, the app is asked to stop and ends on its own, and its report is lost.
    pub async fn ended(self) -> Ended {
        let shared = Arc::clone(self.running.shared());
        let report = self.running.wait().await;
        if let Some(key) = self.interference.unreached_cleanups().next() {
            let name = shared.name_of(key);
            panic!(
                "the fault in the cleanups of `{name}` was not reached, because none ran; the log:\n{}",
                self.log
            );
        }
        Ended {
            report,
            log: self.log,
        }
    }
}
