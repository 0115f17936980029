//! What is recorded, by name. The table in the documentation says the same; a test compares them.

use std::sync::Arc;

use ::metrics::{
    Counter, Gauge, Histogram, Key, Label, Level, Metadata, SharedString, Unit, with_recorder,
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Gauge,
    Counter,
    Histogram,
}

/// One metric.
#[derive(Debug)]
pub(super) struct Metric {
    pub(super) name: &'static str,
    pub(super) kind: Kind,
    pub(super) unit: Option<Unit>,
    /// Beside `app`, which all have.
    pub(super) labels: &'static [&'static str],
    pub(super) help: &'static str,
}

/// Writes each metric as a constant, and all of them as a list.
macro_rules! metrics {
    ($($id:ident = $kind:ident $name:literal, $unit:expr, [$($label:literal),*], $help:literal;)*) => {
        $(pub(super) const $id: Metric = Metric {
            name: $name,
            kind: Kind::$kind,
            unit: $unit,
            labels: &[$($label),*],
            help: $help,
        };)*

        pub(super) const ALL: &[Metric] = &[$($id),*];
    };
}

metrics! {
    STARTED = Gauge "lifecycle_started", None, [], "1 once all that the app needs has been up";
    READY = Gauge "lifecycle_ready", None, [], "1 while the app can do its work";
    LIVE = Gauge "lifecycle_live", None, [], "1 unless the process had better be started anew";
    PHASE = Gauge "lifecycle_phase", None, ["phase"], "1 for the phase of the app, 0 for those it has left";
    START_DURATION = Gauge "lifecycle_start_duration_seconds", Some(Unit::Seconds), [], "How long the start took, or has taken";
    START_BUDGET = Gauge "lifecycle_start_budget_used_ratio", None, [], "How much of its time the start used, from 0 to 1";
    STOP_DURATION = Gauge "lifecycle_stop_duration_seconds", Some(Unit::Seconds), [], "How long the stop has taken";
    STOP_BUDGET = Gauge "lifecycle_stop_budget_used_ratio", None, [], "How much of its time the stop has used, from 0 to 1";
    RUNTIME_TASKS = Gauge "lifecycle_runtime_tasks", Some(Unit::Count), [], "Tasks of the runtime in which components run";
    RUNTIME_BACKLOG = Gauge "lifecycle_runtime_backlog", Some(Unit::Count), [], "Tasks that wait in the runtime's shared queue for a thread";
    STATE = Gauge "lifecycle_component_state", None, ["component", "state"], "1 for the state of the component, 0 for those it has left";
    HEALTH = Gauge "lifecycle_component_health", None, ["component"], "0 healthy, 1 hint, 2 warning, 3 unhealthy";
    COMPONENT_START = Histogram "lifecycle_component_start_duration_seconds", Some(Unit::Seconds), ["component"], "From the call of the start hook until the component is up";
    COMPONENT_STOP = Histogram "lifecycle_component_stop_duration_seconds", Some(Unit::Seconds), ["component"], "From when the component is told to stop until it is down";
    RESTARTS = Counter "lifecycle_component_restarts_total", Some(Unit::Count), ["component"], "How often the component, or its run loop, began anew after it had been up";
    RESTART_BUDGET = Gauge "lifecycle_component_restart_budget_used_ratio", None, ["component"], "Restarts that count, of those it may have, from 0 to 1";
    FAILURES = Counter "lifecycle_component_failures_total", Some(Unit::Count), ["component", "stage"], "Errors, panics and timeouts of the component";
    POOL_CAPACITY = Gauge "lifecycle_pool_capacity", Some(Unit::Count), ["component", "pool"], "How many jobs may wait; none if that is any number";
    POOL_QUEUED = Gauge "lifecycle_pool_queued", Some(Unit::Count), ["component", "pool"], "Jobs that wait for a worker";
    POOL_RUNNING = Gauge "lifecycle_pool_running", Some(Unit::Count), ["component", "pool"], "Jobs that a worker has in hand";
    POOL_JOBS = Counter "lifecycle_pool_jobs_total", Some(Unit::Count), ["component", "pool", "outcome"], "Jobs that have ended, or were refused";
    TASKS_RUNNING = Gauge "lifecycle_tasks_running", Some(Unit::Count), ["component"], "Runs of tasks that are under way";
    TASKS_WAIT = Gauge "lifecycle_tasks_wait_seconds", Some(Unit::Seconds), ["component"], "How long runs stood in line for their turn: the mean of those that began since the last sample";
    TASKS = Counter "lifecycle_tasks_total", Some(Unit::Count), ["component", "outcome"], "Runs of tasks that have ended, or never begin";
    SCHEDULE_RUNS = Counter "lifecycle_schedule_runs_total", Some(Unit::Count), ["component", "schedule"], "Runs that have begun";
    SCHEDULE_FAILURES = Counter "lifecycle_schedule_failures_total", Some(Unit::Count), ["component", "schedule"], "Runs that failed or panicked";
    SCHEDULE_SKIPPED = Counter "lifecycle_schedule_skipped_total", Some(Unit::Count), ["component", "schedule"], "Ticks that passed without a run";
    SCHEDULE_FAILING = Gauge "lifecycle_schedule_failing", Some(Unit::Count), ["component", "schedule"], "Runs that have failed since one succeeded";
    EVENTS_WAITING = Gauge "lifecycle_events_waiting", Some(Unit::Count), ["component", "handler"], "Events that wait for the handler";
    EVENTS = Counter "lifecycle_events_total", Some(Unit::Count), ["component", "handler", "outcome"], "Events that were handled, or never will be";
}

/// Tells the recorder what each of them is.
pub(super) fn describe() {
    with_recorder(|recorder| {
        for metric in ALL {
            let (name, help) = (metric.name.into(), metric.help.into());
            match metric.kind {
                Kind::Gauge => recorder.describe_gauge(name, metric.unit, help),
                Kind::Counter => recorder.describe_counter(name, metric.unit, help),
                Kind::Histogram => recorder.describe_histogram(name, metric.unit, help),
            }
        }
    });
}

/// The values of labels.
pub(super) type Value = Arc<str>;

const METADATA: Metadata<'static> = Metadata::new("lifecycle", Level::INFO, Some("lifecycle"));

impl Metric {
    /// One series of it.
    fn key(&self, app: &Value, values: &[&Value]) -> Key {
        debug_assert_eq!(values.len(), self.labels.len(), "{}", self.name);
        let label = |(name, value): (&'static str, &Value)| {
            Label::new(name, SharedString::from_shared(Arc::clone(value)))
        };
        let all = std::iter::once(("app", app));
        let all = all.chain(self.labels.iter().copied().zip(values.iter().copied()));
        Key::from_parts(self.name, all.map(label).collect::<Vec<_>>())
    }

    pub(super) fn gauge(&self, app: &Value, values: &[&Value]) -> Gauge {
        let key = self.key(app, values);
        with_recorder(|recorder| recorder.register_gauge(&key, &METADATA))
    }

    pub(super) fn histogram(&self, app: &Value, values: &[&Value]) -> Histogram {
        let key = self.key(app, values);
        with_recorder(|recorder| recorder.register_histogram(&key, &METADATA))
    }

    pub(super) fn counter(&self, app: &Value, values: &[&Value]) -> Count {
        let key = self.key(app, values);
        Count {
            counter: with_recorder(|recorder| recorder.register_counter(&key, &METADATA)),
            last: 0,
        }
    }
}

/// A counter that follows a number. It never goes back: one that begins anew at zero goes on from where it is.
#[derive(Debug)]
pub(super) struct Count {
    counter: Counter,
    last: u64,
}

impl Count {
    pub(super) fn add(&self, more: u64) {
        self.counter.increment(more);
    }

    pub(super) fn follow(&mut self, number: u64) {
        let more = number.checked_sub(self.last).unwrap_or(number);
        self.last = number;
        self.counter.increment(more);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_in_the_documentation_is_the_list() {
        let list = ALL.iter().map(|metric| {
            let unit = metric.unit.map_or("", |unit| match unit {
                Unit::Seconds => "seconds",
                _ => "count",
            });
            let kind = format!("{:?}", metric.kind).to_lowercase();
            let labels = metric.labels.iter().map(|label| format!("`{label}`"));
            let labels = labels.collect::<Vec<_>>().join(", ");
            let Metric { name, help, .. } = metric;
            format!("//! | `{name}` | {kind} | {unit} | {labels} | {help} |")
        });
        let list: Vec<_> = list.collect();
        let documented: Vec<_> = include_str!("mod.rs")
            .lines()
            .filter(|line| line.starts_with("//! | `lifecycle_"))
            .collect();
        assert_eq!(documented, list, "\n{}\n", list.join("\n"));
    }
}
