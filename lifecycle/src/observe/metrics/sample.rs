//! What is sampled of a component: numbers that its status has.

use std::collections::HashMap;
use std::time::Duration;

use ::metrics::Gauge;

use super::names::{self, Count, Metric, Value};
use crate::event::HandlerReport;
use crate::observe::{ComponentStatus, ScheduleStatus};
use crate::pool::PoolReport;
use crate::task::TaskStats;

/// The handles of one component.
#[derive(Default)]
pub(super) struct Samples {
    restarts: Option<Count>,
    restart_budget: Option<Gauge>,
    pools: HashMap<String, Pool>,
    tasks: Option<Tasks>,
    schedules: HashMap<String, Schedule>,
    handlers: HashMap<String, Handler>,
}

impl Samples {
    pub(super) fn take(&mut self, app: &Value, name: &Value, status: &ComponentStatus) {
        if status.restarts > 0 {
            let restarts = &mut self.restarts;
            let restarts = restarts.get_or_insert_with(|| names::RESTARTS.counter(app, &[name]));
            restarts.follow(status.restarts.into());
        }
        let place = Place { app, name };
        for pool in &status.pools {
            let handles = self.pools.entry(pool.name.clone());
            let handles = handles.or_insert_with(|| Pool::new(place, &pool.name));
            handles.take(place, pool);
        }
        if let Some(tasks) = &status.tasks {
            let handles = self.tasks.get_or_insert_with(|| Tasks::new(place));
            handles.take(&tasks.stats);
        }
        for (name, sum) in sums(&status.schedules) {
            let handles = self.schedules.entry(name.to_owned());
            let handles = handles.or_insert_with(|| Schedule::new(place, name));
            handles.take(&sum);
        }
        for handler in &status.handlers {
            let handles = self.handlers.entry(handler.name.clone());
            let handles = handles.or_insert_with(|| Handler::new(place, &handler.name));
            handles.take(handler);
        }
    }

    pub(super) fn restart_budget(&mut self, app: &Value, name: &Value, used: f64) {
        let gauge = &mut self.restart_budget;
        gauge
            .get_or_insert_with(|| names::RESTART_BUDGET.gauge(app, &[name]))
            .set(used);
    }
}

/// Which app and which component.
#[derive(Clone, Copy)]
struct Place<'a> {
    app: &'a Value,
    name: &'a Value,
}

impl Place<'_> {
    fn gauge(self, metric: &Metric, part: &Value) -> Gauge {
        metric.gauge(self.app, &[self.name, part])
    }

    fn counter(self, metric: &Metric, part: &Value) -> Count {
        metric.counter(self.app, &[self.name, part])
    }

    /// A counter for each outcome.
    fn outcomes<const N: usize>(
        self,
        metric: &Metric,
        part: Option<&Value>,
        outcomes: [&str; N],
    ) -> [Count; N] {
        outcomes.map(|outcome| {
            let outcome: Value = outcome.into();
            let values = [Some(self.name), part, Some(&outcome)];
            let values: Vec<_> = values.into_iter().flatten().collect();
            metric.counter(self.app, &values)
        })
    }
}

fn follow<const N: usize>(counts: &mut [Count; N], numbers: [u64; N]) {
    for (count, number) in counts.iter_mut().zip(numbers) {
        count.follow(number);
    }
}

struct Pool {
    part: Value,
    capacity: Option<Gauge>,
    queued: Gauge,
    running: Gauge,
    jobs: [Count; 5],
}

impl Pool {
    fn new(place: Place<'_>, pool: &str) -> Self {
        let part: Value = pool.into();
        let outcomes = ["done", "failed", "panicked", "handed_back", "refused"];
        Self {
            capacity: None,
            queued: place.gauge(&names::POOL_QUEUED, &part),
            running: place.gauge(&names::POOL_RUNNING, &part),
            jobs: place.outcomes(&names::POOL_JOBS, Some(&part), outcomes),
            part,
        }
    }

    fn take(&mut self, place: Place<'_>, pool: &PoolReport) {
        if let Some(capacity) = pool.capacity {
            let gauge = &mut self.capacity;
            gauge
                .get_or_insert_with(|| place.gauge(&names::POOL_CAPACITY, &self.part))
                .set(capacity as f64);
        }
        let stats = &pool.stats;
        self.queued.set(stats.queued as f64);
        self.running.set(stats.running as f64);
        let jobs = [
            stats.done,
            stats.failed,
            stats.panicked,
            stats.handed_back,
            stats.refused,
        ];
        follow(&mut self.jobs, jobs);
    }
}

struct Tasks {
    running: Gauge,
    wait: Gauge,
    runs: [Count; 5],
    /// The last sample: how many had begun, and how long they had waited.
    last: (u64, Duration),
}

impl Tasks {
    fn new(place: Place<'_>) -> Self {
        let outcomes = ["done", "failed", "panicked", "cut_off", "dropped"];
        Self {
            running: names::TASKS_RUNNING.gauge(place.app, &[place.name]),
            wait: names::TASKS_WAIT.gauge(place.app, &[place.name]),
            runs: place.outcomes(&names::TASKS, None, outcomes),
            last: (0, Duration::ZERO),
        }
    }

    fn take(&mut self, stats: &TaskStats) {
        self.running.set(stats.running() as f64);
        let (begun, waited) = self.last;
        let (begun, waited) = (stats.begun - begun, stats.waited.saturating_sub(waited));
        let mean = waited.as_secs_f64() / begun.max(1) as f64;
        self.wait.set(mean);
        self.last = (stats.begun, stats.waited);
        let runs = [
            stats.done,
            stats.failed,
            stats.panicked,
            stats.cut_off,
            stats.dropped,
        ];
        follow(&mut self.runs, runs);
    }
}

/// The numbers of schedules of one name, of which a component may have several.
#[derive(Default)]
struct Sum {
    runs: u64,
    failures: u64,
    skipped: u64,
    failing: u64,
}

fn sums(schedules: &[ScheduleStatus]) -> HashMap<&str, Sum> {
    let mut sums: HashMap<&str, Sum> = HashMap::new();
    for schedule in schedules {
        let sum = sums.entry(&schedule.name).or_default();
        sum.runs += schedule.runs;
        sum.failures += schedule.failed + schedule.panicked;
        sum.skipped += schedule.skipped;
        sum.failing = sum.failing.max(schedule.failing);
    }
    sums
}

struct Schedule {
    counts: [Count; 3],
    failing: Gauge,
}

impl Schedule {
    fn new(place: Place<'_>, schedule: &str) -> Self {
        let part: Value = schedule.into();
        let metrics = [
            names::SCHEDULE_RUNS,
            names::SCHEDULE_FAILURES,
            names::SCHEDULE_SKIPPED,
        ];
        Self {
            counts: metrics.map(|metric| place.counter(&metric, &part)),
            failing: place.gauge(&names::SCHEDULE_FAILING, &part),
        }
    }

    fn take(&mut self, sum: &Sum) {
        follow(&mut self.counts, [sum.runs, sum.failures, sum.skipped]);
        self.failing.set(sum.failing as f64);
    }
}

struct Handler {
    waiting: Gauge,
    events: [Count; 6],
}

impl Handler {
    fn new(place: Place<'_>, handler: &str) -> Self {
        let part: Value = handler.into();
        let outcomes = [
            "handled", "failed", "panicked", "cut_off", "dropped", "missed",
        ];
        Self {
            waiting: place.gauge(&names::EVENTS_WAITING, &part),
            events: place.outcomes(&names::EVENTS, Some(&part), outcomes),
        }
    }

    fn take(&mut self, handler: &HandlerReport) {
        let stats = &handler.stats;
        self.waiting.set(stats.waiting as f64);
        let events = [
            stats.handled,
            stats.failed,
            stats.panicked,
            stats.cut_off,
            stats.dropped,
            stats.missed,
        ];
        follow(&mut self.events, events);
    }
}
