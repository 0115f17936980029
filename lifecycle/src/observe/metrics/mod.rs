//! The app in numbers, through the [`metrics`](https://docs.rs/metrics) facade: for whatever recorder the program has.
//!
//! The recorder has to be there when the app begins: install it in the function that `#[lifecycle::app(configure = ..)]`
//! names, as [`prometheus`] does. Without one nothing is recorded.
//!
//! All have the label `app`, the name of the app, and those of the table:
//!
//! | name | type | unit | labels | |
//! |---|---|---|---|---|
//! | `lifecycle_started` | gauge |  |  | 1 once all that the app needs has been up |
//! | `lifecycle_ready` | gauge |  |  | 1 while the app can do its work |
//! | `lifecycle_live` | gauge |  |  | 1 unless the process had better be started anew |
//! | `lifecycle_phase` | gauge |  | `phase` | 1 for the phase of the app, 0 for those it has left |
//! | `lifecycle_start_duration_seconds` | gauge | seconds |  | How long the start took, or has taken |
//! | `lifecycle_start_budget_used_ratio` | gauge |  |  | How much of its time the start used, from 0 to 1 |
//! | `lifecycle_stop_duration_seconds` | gauge | seconds |  | How long the stop has taken |
//! | `lifecycle_stop_budget_used_ratio` | gauge |  |  | How much of its time the stop has used, from 0 to 1 |
//! | `lifecycle_runtime_tasks` | gauge | count |  | Tasks of the runtime in which components run |
//! | `lifecycle_runtime_backlog` | gauge | count |  | Tasks that wait in the runtime's shared queue for a thread |
//! | `lifecycle_component_state` | gauge |  | `component`, `state` | 1 for the state of the component, 0 for those it has left |
//! | `lifecycle_component_health` | gauge |  | `component` | 0 healthy, 1 hint, 2 warning, 3 unhealthy |
//! | `lifecycle_component_start_duration_seconds` | histogram | seconds | `component` | From the call of the start hook until the component is up |
//! | `lifecycle_component_stop_duration_seconds` | histogram | seconds | `component` | From when the component is told to stop until it is down |
//! | `lifecycle_component_restarts_total` | counter | count | `component` | How often the component, or its run loop, began anew after it had been up |
//! | `lifecycle_component_restart_budget_used_ratio` | gauge |  | `component` | Restarts that count, of those it may have, from 0 to 1 |
//! | `lifecycle_component_failures_total` | counter | count | `component`, `stage` | Errors, panics and timeouts of the component |
//! | `lifecycle_pool_capacity` | gauge | count | `component`, `pool` | How many jobs may wait; none if that is any number |
//! | `lifecycle_pool_queued` | gauge | count | `component`, `pool` | Jobs that wait for a worker |
//! | `lifecycle_pool_running` | gauge | count | `component`, `pool` | Jobs that a worker has in hand |
//! | `lifecycle_pool_jobs_total` | counter | count | `component`, `pool`, `outcome` | Jobs that have ended, or were refused |
//! | `lifecycle_tasks_running` | gauge | count | `component` | Runs of tasks that are under way |
//! | `lifecycle_tasks_wait_seconds` | gauge | seconds | `component` | How long runs stood in line for their turn: the mean of those that began since the last sample |
//! | `lifecycle_tasks_total` | counter | count | `component`, `outcome` | Runs of tasks that have ended, or never begin |
//! | `lifecycle_schedule_runs_total` | counter | count | `component`, `schedule` | Runs that have begun |
//! | `lifecycle_schedule_failures_total` | counter | count | `component`, `schedule` | Runs that failed or panicked |
//! | `lifecycle_schedule_skipped_total` | counter | count | `component`, `schedule` | Ticks that passed without a run |
//! | `lifecycle_schedule_failing` | gauge | count | `component`, `schedule` | Runs that have failed since one succeeded |
//! | `lifecycle_events_waiting` | gauge | count | `component`, `handler` | Events that wait for the handler |
//! | `lifecycle_events_total` | counter | count | `component`, `handler`, `outcome` | Events that were handled, or never will be |
//!
//! Values of labels, beside names of yours:
//!
//! | label | values |
//! |---|---|
//! | `phase` | those of [`Phase`](crate::engine::Phase) |
//! | `state` | `down`, `starting`, `up`, `restarting`, `stopping`, `failed`; only those in which the component has been |
//! | `stage` | those of [`Stage`](crate::plan::Stage) |
//! | `outcome` of jobs | `done`, `failed`, `panicked`, `handed_back`, `refused` |
//! | `outcome` of tasks | `done`, `failed`, `panicked`, `cut_off`, `dropped` |
//! | `outcome` of events | `handled`, `failed`, `panicked`, `cut_off`, `dropped`, `missed` |
//!
//! States, durations, failures and health are recorded at most 100 ms after they change, the rest is sampled, every 5 s unless
//! told otherwise, and at the end; and all of it when the page of [`prometheus`] is rendered. Counters never go back: what is
//! counted anew, such as a schedule that is made again, goes on from where it was.
//!
//! The recorder is called from a thread for [blocking](tokio::task::spawn_blocking) work, so one that is slow holds nobody up:
//! it is called less often, and of one component no more than 16 starts and stops in between get into the histograms. The end
//! of the app waits for it for one second; a runtime of your own also waits for that thread when it is dropped. A panic of
//! the recorder is logged once; what it was to record then is lost.
//!
//! # Examples
//!
//! ```no_run
//! use lifecycle::app::AppBuilder;
//! use lifecycle::metrics::Metrics;
//! use lifecycle::prelude::*;
//!
//! # #[resource] #[derive(Default)] struct Cache;
//! # fn install_a_recorder() {}
//! fn configure(app: AppBuilder) -> AppBuilder {
//!     install_a_recorder();
//!     app.with(Metrics::new())
//! }
//!
//! #[lifecycle::app(services = [Cache], configure = configure)]
//! async fn main(cx: Context) {
//!     cx.shutdown_requested().await;
//! }
//! ```

mod board;
mod names;
#[cfg(feature = "prometheus")]
mod prometheus;
mod sample;
mod story;

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::{Instant, MissedTickBehavior, interval_at, sleep_until};

#[cfg(feature = "prometheus")]
pub use self::prometheus::{AlreadyInstalled, prometheus};

use self::board::Board;
use self::story::Story;
use crate::app::Companion;
use crate::component::BoxFuture;
use crate::context::AppHandle;
use crate::driver::{Lines, catch_panic};
use crate::error::Error;
use crate::health::HealthChange;
use crate::observe::{Event, Observer};

/// The shortest time between two recordings of what events say.
const PAUSE: Duration = Duration::from_millis(100);

/// A companion that records the app's numbers; see the [module](self).
#[must_use = "it records nothing until an app has it"]
pub struct Metrics {
    every: Duration,
    desk: Arc<Desk>,
    /// Called with each sample.
    upkeep: Option<Arc<dyn Fn() + Send + Sync>>,
}

/// What has happened and is not recorded, and where it is recorded.
#[derive(Default)]
struct Desk {
    story: Mutex<Story>,
    /// There is something to record.
    news: Notify,
    /// While the app runs. Who has it calls the recorder, which may take its time: none but those who record wait for it.
    work: Mutex<Option<Work>>,
    /// That the recorder panicked has been said.
    has_panicked: AtomicBool,
}

struct Work {
    board: Board,
    app: AppHandle,
}

impl Desk {
    fn story(&self) -> MutexGuard<'_, Story> {
        self.story.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn work(&self) -> MutexGuard<'_, Option<Work>> {
        self.work.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self, write: impl FnOnce(&mut Story)) {
        let mut story = self.story();
        write(&mut story);
        // One wake-up for all that happens until it is recorded.
        let is_first = !std::mem::replace(&mut story.is_told, true);
        drop(story);
        if is_first {
            self.news.notify_one();
        }
    }

    fn begin(&self, app: &AppHandle) {
        let mut work = self.work();
        self.call(names::describe);
        self.call(|| {
            let board = Board::new(app.name());
            let app = app.clone();
            *work = Some(Work { board, app });
        });
    }

    fn record(&self) {
        if let Some(Work { board, app }) = &mut *self.work() {
            let news = self.story().take();
            if let Some(plan) = &news.plan {
                board.meet(plan);
            }
            // What panics about one is no loss for the others.
            for (key, fresh) in news.fresh {
                self.call(|| board.component(key, fresh));
            }
            self.call(|| board.whole(app, news.marks));
        }
    }

    fn sample(&self) {
        if let Some(Work { board, app }) = &mut *self.work() {
            let restarts = self.story().restarts(app.shared().now());
            self.call(|| board.sample(app, &restarts));
        }
    }

    /// Whoever keeps what renders does not keep the app.
    fn end(&self) {
        let work = self.work().take();
        drop(work);
    }

    /// Has the recorder called, whatever it does.
    fn call(&self, calls: impl FnOnce()) {
        if let Err(panic) = catch_panic(calls)
            && !self.has_panicked.swap(true, Ordering::Relaxed)
        {
            let place = panic
                .location
                .unwrap_or_else(|| "a place unknown".to_owned());
            tracing::error!(
                target: "lifecycle",
                "the recorder of metrics panicked at {place}: {}; numbers of the app may be wrong from here on",
                panic.message
            );
        }
    }
}

impl Metrics {
    /// The longest time between two samples, and the shortest.
    const SAMPLES: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(3_600));

    /// Samples every 5 s.
    pub fn new() -> Self {
        Self {
            every: Duration::from_secs(5),
            desk: Arc::default(),
            upkeep: None,
        }
    }

    /// The time between two samples, from 100 ms to one hour; what lies outside is taken as the nearest of these.
    /// Default: 5 s.
    pub fn every(mut self, time: Duration) -> Self {
        let (shortest, longest) = Self::SAMPLES;
        self.every = time.clamp(shortest, longest);
        self
    }

    async fn go_along(&self, app: &AppHandle, lines: &Lines) {
        let begun = app.clone();
        self.hand_over(lines, move |desk, _| desk.begin(&begun))
            .await;
        let mut samples = interval_at(Instant::now() + self.every, self.every);
        samples.set_missed_tick_behavior(MissedTickBehavior::Delay);
        // Most starts are over by then, and share no thread with what is recorded of them.
        let mut quiet_until = Instant::now() + PAUSE;
        loop {
            let news = async {
                self.desk.news.notified().await;
                sleep_until(quiet_until).await;
            };
            let is_time = tokio::select! {
                biased;
                () = app.ended() => break,
                () = news => false,
                _ = samples.tick() => true,
            };
            // A wait that was cut short is no loss: all that happened is recorded here too.
            self.hand_over(lines, move |desk, upkeep| {
                desk.record();
                if is_time {
                    desk.sample();
                    upkeep();
                }
            })
            .await;
            quiet_until = Instant::now() + PAUSE;
        }
        self.hand_over(lines, |desk, upkeep| {
            desk.record();
            desk.sample();
            upkeep();
            desk.end();
        })
        .await;
    }

    /// Has something done where it may take its time. It is done also if nobody waits for that any more.
    async fn hand_over(&self, lines: &Lines, work: impl FnOnce(&Desk, &dyn Fn()) + Send + 'static) {
        let (desk, upkeep) = (Arc::clone(&self.desk), self.upkeep.clone());
        let work = move || {
            work(&desk, &|| {
                if let Some(upkeep) = &upkeep {
                    desk.call(|| upkeep());
                }
            });
        };
        let lines = lines.clone();
        #[expect(
            clippy::disallowed_methods,
            reason = "it waits for the recorder, and so not where the driver does"
        )]
        let handed_over = tokio::task::spawn_blocking(move || lines.around(work));
        // It fails only where the runtime ends, and with it the app.
        let _ = handed_over.await;
    }
}

impl Default for Metrics {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Metrics")
            .field("every", &self.every)
            .finish_non_exhaustive()
    }
}

impl Observer for Desk {
    fn on_event(&self, event: &Event<'_>) {
        self.write(|story| story.event(event));
    }

    fn on_error(&self, error: &Error) {
        if let (Some(component), Some(stage)) = (error.component(), error.stage()) {
            self.write(|story| story.failed(component, stage));
        }
    }

    fn on_health(&self, change: &HealthChange<'_>) {
        let level = change.health.level();
        self.write(|story| story.health(change.component, level));
    }
}

impl Companion for Metrics {
    fn observer(self: Arc<Self>) -> Option<Arc<dyn Observer>> {
        let desk = Arc::clone(&self.desk);
        Some(desk)
    }

    fn accompany(self: Arc<Self>, app: AppHandle) -> BoxFuture<()> {
        let lines = Lines::here();
        Box::pin(async move { self.go_along(&app, &lines).await })
    }
}
