//! The handles of what was recorded before, and recording.

use std::collections::HashMap;
use std::time::Duration;

use ::metrics::{Gauge, Histogram};

use super::names::{self, Count, Value};
use super::sample::Samples;
use super::story::{Fresh, Marks, Standing, Took};
use crate::context::AppHandle;
use crate::engine::{Key, Moment, Phase};
use crate::health::Level;
use crate::plan::{Plan, Stage};

/// What is recorded of an app.
pub(super) struct Board {
    pub(super) app: Value,
    rows: Vec<Row>,
    phases: Vec<(Phase, Gauge)>,
    total: Total,
}

/// What concerns the app as a whole.
struct Total {
    start: (Gauge, Gauge),
    stop: (Gauge, Gauge),
    /// Until when the start, and then the stop, had time, as far as is known.
    until: Option<Moment>,
    start_is_over: bool,
    started: Gauge,
    ready: Gauge,
    live: Gauge,
    tasks: Gauge,
    backlog: Gauge,
}

/// One component.
pub(super) struct Row {
    pub(super) name: Value,
    standing: Standing,
    states: [Option<Gauge>; Standing::COUNT],
    start: Option<Histogram>,
    stop: Option<Histogram>,
    pub(super) health: Option<Gauge>,
    failures: HashMap<Stage, Count>,
    pub(super) samples: Samples,
}

impl Board {
    pub(super) fn new(app: &str) -> Self {
        let app: Value = app.into();
        let gauge = |metric: names::Metric| metric.gauge(&app, &[]);
        let total = Total {
            start: (gauge(names::START_DURATION), gauge(names::START_BUDGET)),
            stop: (gauge(names::STOP_DURATION), gauge(names::STOP_BUDGET)),
            until: None,
            start_is_over: false,
            started: gauge(names::STARTED),
            ready: gauge(names::READY),
            live: gauge(names::LIVE),
            tasks: gauge(names::RUNTIME_TASKS),
            backlog: gauge(names::RUNTIME_BACKLOG),
        };
        Self {
            app,
            rows: Vec::new(),
            phases: Vec::new(),
            total,
        }
    }

    /// Records what happened to one component.
    pub(super) fn component(&mut self, key: Key, fresh: Fresh) {
        self.rows[key as usize].record(fresh, &self.app);
    }

    /// Records what happened to the app as a whole.
    pub(super) fn whole(&mut self, app: &AppHandle, marks: Marks) {
        if let Some(phase) = marks.phase {
            self.enter(phase);
        }
        self.total.record(app, marks);
    }

    /// Records how things are.
    pub(super) fn sample(&mut self, app: &AppHandle, restarts: &[(Key, f64)]) {
        let status = app.status();
        for (row, component) in self.rows.iter_mut().zip(&status.components) {
            let Row { name, samples, .. } = row;
            samples.take(&self.app, name, component);
        }
        let health = app.health();
        for (row, component) in self.rows.iter_mut().zip(&health.components) {
            row.health(component.health.level(), &self.app);
        }
        for (key, used) in restarts {
            // One that was added since is met with what happened to it.
            if let Some(Row { name, samples, .. }) = self.rows.get_mut(*key as usize) {
                samples.restart_budget(&self.app, name, *used);
            }
        }
        let runtime = app.shared().runtime.metrics();
        self.total.tasks.set(runtime.num_alive_tasks() as f64);
        self.total.backlog.set(runtime.global_queue_depth() as f64);
    }

    /// Components that were not there before.
    pub(super) fn meet(&mut self, plan: &Plan) {
        let new = plan.nodes().iter().skip(self.rows.len());
        self.rows.extend(new.map(|node| Row::new(node.name())));
    }

    fn enter(&mut self, phase: Phase) {
        if self.phases.last().is_some_and(|(last, _)| *last == phase) {
            return;
        }
        if let Some((_, last)) = self.phases.last() {
            last.set(0.0);
        }
        let name: Value = phase.to_string().into();
        let gauge = names::PHASE.gauge(&self.app, &[&name]);
        gauge.set(1.0);
        self.phases.push((phase, gauge));
    }
}

impl Total {
    fn record(&mut self, app: &AppHandle, marks: Marks) {
        let bit = |is: bool| if is { 1.0 } else { 0.0 };
        self.started.set(bit(app.has_started()));
        self.ready.set(bit(app.is_ready()));
        self.live.set(bit(app.is_live()));

        let (now, until) = (app.shared().now(), app.deadline());
        let started = marks.running.or(marks.shutdown);
        if !self.start_is_over {
            self.start_is_over = started.is_some();
            self.until = until.filter(|_| started.is_none()).or(self.until);
            let end = started.unwrap_or(now);
            lapse(&self.start, Moment::ZERO, end, self.until);
            if self.start_is_over {
                self.until = None;
            }
        }
        if let Some(begun) = marks.shutdown {
            self.until = until.or(self.until);
            lapse(&self.stop, begun, marks.ended.unwrap_or(now), self.until);
        }
    }
}

/// Records how long something took, and how much of its time that is.
fn lapse((duration, budget): &(Gauge, Gauge), begun: Moment, end: Moment, until: Option<Moment>) {
    let took = end.saturating_sub(begun);
    duration.set(took.as_secs_f64());
    if let Some(until) = until {
        let all = until.saturating_sub(begun).max(Duration::from_nanos(1));
        budget.set((took.as_secs_f64() / all.as_secs_f64()).min(1.0));
    }
}

impl Row {
    fn new(name: &str) -> Self {
        Self {
            name: name.into(),
            standing: Standing::Down,
            states: Default::default(),
            start: None,
            stop: None,
            health: None,
            failures: HashMap::new(),
            samples: Samples::default(),
        }
    }

    fn record(&mut self, fresh: Fresh, app: &Value) {
        if let Some(standing) = fresh.standing {
            self.enter(standing, app);
        }
        for took in fresh.took {
            self.took(took, app);
        }
        for (stage, count) in fresh.failures {
            self.failed(stage, count, app);
        }
        if let Some(level) = fresh.health {
            self.health(level, app);
        }
    }

    fn enter(&mut self, standing: Standing, app: &Value) {
        if let Some(before) = &self.states[self.standing as usize] {
            before.set(0.0);
        }
        self.standing = standing;
        let state = self.states[standing as usize].get_or_insert_with(|| {
            let state: Value = standing.as_str().into();
            names::STATE.gauge(app, &[&self.name, &state])
        });
        state.set(1.0);
    }

    fn took(&mut self, took: Took, app: &Value) {
        let (slot, metric, time) = match took {
            Took::Start(time) => (&mut self.start, names::COMPONENT_START, time),
            Took::Stop(time) => (&mut self.stop, names::COMPONENT_STOP, time),
        };
        let histogram = slot.get_or_insert_with(|| metric.histogram(app, &[&self.name]));
        histogram.record(time.as_secs_f64());
    }

    fn failed(&mut self, stage: Stage, more: u64, app: &Value) {
        let count = self.failures.entry(stage).or_insert_with(|| {
            let stage: Value = stage.as_str().into();
            names::FAILURES.counter(app, &[&self.name, &stage])
        });
        count.add(more);
    }

    fn health(&mut self, level: Level, app: &Value) {
        let gauge = self
            .health
            .get_or_insert_with(|| names::HEALTH.gauge(app, &[&self.name]));
        gauge.set(f64::from(level as u8));
    }
}
