//! Everything about the app, as JSON: `/lifecycle.json`, and what the page is told.

use std::sync::Arc;
use std::time::Duration;

use hyper::body::Bytes;
use serde::Serialize;

use super::feed::{Feed, shortened};
use super::words::Line;
use crate::context::AppHandle;
use crate::engine::Phase;
use crate::event::HandlerReport;
use crate::health::{Answer, ComponentHealth, Condition, Failing, Group, Health, Noted};
use crate::observe::{ComponentStatus, ScheduleStatus, StartProfile};
use crate::plan::{Edge, EdgeKind, Kind, Plan};
use crate::pool::PoolReport;
use crate::task::{TaskReport, TaskStats};

/// The number of this shape; it changes when something that was there is gone or means something else.
const SCHEMA: u32 = 1;
/// How many reasons of a group are told; its probe has all of them.
const FAILING: usize = 16;

/// The app, as the server sees it.
#[derive(Clone, Debug)]
pub(super) struct View {
    pub(super) app: AppHandle,
    pub(super) feed: Arc<Feed>,
    /// Whether it can be changed here.
    pub(super) control: bool,
}

/// What somebody was told last, so that only changes are told next.
#[derive(Debug, Default)]
pub(super) struct Sent {
    components: Vec<Box<str>>,
    head: Box<str>,
    has_start: bool,
    pub(super) seq: u64,
}

#[derive(Serialize)]
struct Head<'a> {
    app: &'a str,
    phase: Phase,
    control: bool,
    health: Level<'a>,
    groups: Vec<Probed<'a>>,
}

/// A group, without its members: they are told elsewhere, and are many.
#[derive(Serialize)]
struct Probed<'a> {
    name: &'a str,
    passing: bool,
    failing_count: usize,
    failing: &'a [Failing],
}

#[derive(Serialize)]
struct Component<'a> {
    id: usize,
    name: &'a str,
    kind: Kind,
    root: bool,
    rank: u32,
    state: crate::engine::State,
    finished: bool,
    failed: bool,
    disabled: bool,
    since_ms: u64,
    attempt: u32,
    restarts: u32,
    note: Option<&'a str>,
    required: bool,
    ready: bool,
    health: Since<'a>,
    check: Option<Check<'a>>,
    conditions: Vec<Said<'a>>,
    errors: Vec<Failure<'a>>,
    waits_for: &'a [String],
    dependencies: Vec<Dependency<'a>>,
    pools: &'a [PoolReport],
    tasks: Option<Tasks<'a>>,
    handlers: &'a [HandlerReport],
    schedules: Vec<Schedule<'a>>,
}

/// How well something is.
#[derive(Serialize)]
struct Level<'a> {
    level: &'static str,
    reason: Option<&'a str>,
}

/// The same, and since when it, or the state, has been so.
#[derive(Serialize)]
struct Since<'a> {
    #[serde(flatten)]
    health: Level<'a>,
    since_ms: u64,
}

/// What the last check found.
#[derive(Serialize)]
struct Check<'a> {
    #[serde(flatten)]
    health: Level<'a>,
    at_ms: u64,
    took_ms: f64,
    failures: u32,
    hanging_ms: Option<u64>,
}

/// A condition.
#[derive(Serialize)]
struct Said<'a> {
    key: &'a str,
    #[serde(flatten)]
    health: Level<'a>,
    since_ms: u64,
}

/// An error that a component told.
#[derive(Serialize)]
struct Failure<'a> {
    at_ms: u64,
    error: &'a str,
}

#[derive(Serialize)]
struct Dependency<'a> {
    name: &'a str,
    kind: EdgeKind,
}

/// A report on tasks, with its time as all times are here.
#[derive(Serialize)]
struct Tasks<'a> {
    stats: Runs,
    errors: Vec<&'a str>,
}

/// What became of runs.
#[derive(Serialize)]
struct Runs {
    begun: u64,
    done: u64,
    failed: u64,
    panicked: u64,
    cut_off: u64,
    waited_ms: f64,
    dropped: u64,
}

#[derive(Serialize)]
struct Schedule<'a> {
    name: &'a str,
    runs: u64,
    failed: u64,
    panicked: u64,
    skipped: u64,
    failing: u64,
    last_error: Option<&'a str>,
    running: bool,
    next_ms: Option<u64>,
}

#[derive(Serialize)]
struct Start<'a> {
    total_ms: f64,
    rows: Vec<StartLine<'a>>,
}

#[derive(Serialize)]
struct StartLine<'a> {
    name: &'a str,
    since_ms: f64,
    waited_ms: f64,
    waited_for: Option<&'a str>,
    worked_ms: f64,
    failed: bool,
    critical: bool,
}

fn whole_millis(time: Duration) -> u64 {
    time.as_millis() as u64
}

fn millis(time: Duration) -> f64 {
    (time.as_secs_f64() * 1e6).round() / 1e3
}

fn json(value: &impl Serialize) -> Box<str> {
    let text = serde_json::to_string(value).expect("plain values");
    text.into_boxed_str()
}

impl View {
    /// Everything.
    pub(super) fn whole(&self) -> Bytes {
        let mut nothing = Sent::default();
        self.news(&mut nothing).expect("everything is new")
    }

    /// What is new since then, in the same shape; `None` if nothing is. Lists have only what changed.
    pub(super) fn news(&self, sent: &mut Sent) -> Option<Bytes> {
        let is_first = sent.head.is_empty();
        // Before the status: what comes between the two is told twice rather than not at all.
        let entries = self.feed.after(sent.seq);
        let plan = self.feed.plan();
        let status = self.app.status();
        let health = self.app.health();

        let head = json(&Head {
            app: &status.app,
            phase: status.phase,
            control: self.control,
            health: (&health.health).into(),
            groups: health.groups.iter().map(Probed::new).collect(),
        });
        let has_new_head = head != sent.head;
        let mut components = Vec::new();
        for (key, (component, health)) in
            status.components.iter().zip(&health.components).enumerate()
        {
            let text = json(&Component::new(
                component,
                health,
                key,
                status.age,
                plan.as_ref(),
            ));
            match sent.components.get_mut(key) {
                Some(known) if *known == text => continue,
                Some(known) => known.clone_from(&text),
                None => sent.components.push(text.clone()),
            }
            components.push(text);
        }
        let start = if sent.has_start {
            None
        } else {
            self.app.start_profile()
        };
        if !is_first
            && !has_new_head
            && components.is_empty()
            && entries.is_empty()
            && start.is_none()
        {
            return None;
        }
        sent.seq = entries.last().map_or(sent.seq, |entry| entry.seq);
        sent.has_start |= start.is_some();
        let lines = entries
            .into_iter()
            .map(|entry| json(&Line::new(entry, plan.as_ref())));

        // The head is an object; the rest goes into it.
        let mut text = format!(
            r#"{{"schema":{SCHEMA},"age_ms":{},"#,
            whole_millis(status.age)
        );
        text.push_str(&head[1..head.len() - 1]);
        push_list(&mut text, "components", components.into_iter());
        if is_first || start.is_some() {
            text.push_str(r#","start":"#);
            text.push_str(&json(&start.as_ref().map(Start::new)));
        }
        push_list(&mut text, "events", lines);
        text.push('}');
        sent.head = head;
        Some(text.into())
    }
}

fn push_list(text: &mut String, name: &str, items: impl Iterator<Item = Box<str>>) {
    text.push_str(&format!(r#","{name}":["#));
    for (index, item) in items.enumerate() {
        if index > 0 {
            text.push(',');
        }
        text.push_str(&item);
    }
    text.push(']');
}

impl<'a> Probed<'a> {
    fn new(group: &'a Group) -> Self {
        Self {
            name: &group.name,
            passing: group.passing,
            failing_count: group.failing.len(),
            failing: &group.failing[..group.failing.len().min(FAILING)],
        }
    }
}

impl<'a> Component<'a> {
    fn new(
        status: &'a ComponentStatus,
        health: &'a ComponentHealth,
        key: usize,
        age: Duration,
        plan: Option<&'a Plan>,
    ) -> Self {
        let node = plan.and_then(|plan| plan.nodes().get(key));
        let edges = plan
            .filter(|_| node.is_some())
            .map(|plan| (plan, plan.dependencies(key)));
        let dependency = |plan: &'a Plan, edge: &Edge| Dependency {
            name: plan.nodes()[edge.to as usize].name(),
            kind: edge.kind,
        };
        Self {
            id: key,
            name: &status.name,
            kind: status.kind,
            root: node.is_some_and(|node| node.is_root()),
            rank: node.map_or(0, |node| node.rank()),
            state: status.state,
            finished: status.finished,
            failed: status.failed,
            disabled: status.disabled,
            since_ms: whole_millis(age.saturating_sub(status.age)),
            attempt: status.attempt,
            restarts: status.restarts,
            note: status.note.as_deref().map(shortened),
            required: health.required,
            ready: health.ready,
            health: Since {
                health: (&health.health).into(),
                since_ms: whole_millis(health.since),
            },
            check: health.check.as_ref().map(Check::new),
            conditions: health.conditions.iter().map(Said::new).collect(),
            errors: health.errors.iter().map(Failure::new).collect(),
            waits_for: &status.waits_for,
            dependencies: edges.map_or_else(Vec::new, |(plan, edges)| {
                edges.iter().map(|edge| dependency(plan, edge)).collect()
            }),
            pools: &status.pools,
            tasks: status.tasks.as_ref().map(Tasks::new),
            handlers: &status.handlers,
            schedules: status.schedules.iter().map(Schedule::new).collect(),
        }
    }
}

impl<'a> From<&'a Health> for Level<'a> {
    fn from(health: &'a Health) -> Self {
        Self {
            level: health.level().as_str(),
            reason: health.reason().map(shortened),
        }
    }
}

impl<'a> Check<'a> {
    fn new(answer: &'a Answer) -> Self {
        Self {
            health: (&answer.health).into(),
            at_ms: whole_millis(answer.at),
            took_ms: millis(answer.took),
            failures: answer.failures,
            hanging_ms: answer.hanging.map(whole_millis),
        }
    }
}

impl<'a> Said<'a> {
    fn new(condition: &'a Condition) -> Self {
        Self {
            key: &condition.key,
            health: (&condition.health).into(),
            since_ms: whole_millis(condition.since),
        }
    }
}

impl<'a> Failure<'a> {
    fn new(noted: &'a Noted) -> Self {
        Self {
            at_ms: whole_millis(noted.at),
            error: shortened(&noted.error),
        }
    }
}

impl<'a> Tasks<'a> {
    fn new(report: &'a TaskReport) -> Self {
        let TaskStats {
            begun,
            done,
            failed,
            panicked,
            cut_off,
            waited,
            dropped,
        } = report.stats;
        Self {
            stats: Runs {
                begun,
                done,
                failed,
                panicked,
                cut_off,
                waited_ms: millis(waited),
                dropped,
            },
            errors: report.errors.iter().map(|error| shortened(error)).collect(),
        }
    }
}

impl<'a> Schedule<'a> {
    fn new(status: &'a ScheduleStatus) -> Self {
        Self {
            name: &status.name,
            runs: status.runs,
            failed: status.failed,
            panicked: status.panicked,
            skipped: status.skipped,
            failing: status.failing,
            last_error: status.last_error.as_deref().map(shortened),
            running: status.running,
            next_ms: status.next.map(whole_millis),
        }
    }
}

impl<'a> Start<'a> {
    fn new(profile: &'a StartProfile) -> Self {
        let rows = profile.rows.iter().map(|row| StartLine {
            name: &row.name,
            since_ms: millis(row.since),
            waited_ms: millis(row.waited),
            waited_for: row.waited_for.as_deref(),
            worked_ms: millis(row.worked),
            failed: row.failed,
            critical: row.critical,
        });
        Self {
            total_ms: millis(profile.total),
            rows: rows.collect(),
        }
    }
}
