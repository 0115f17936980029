//! How well components are, and the app with them.

mod changes;
mod check;
mod conditions;
mod groups;
mod hanging;
mod hysteresis;
mod liveness;
mod report;
mod stall;

use std::sync::{Arc, Mutex};

use lifecycle::component::{BoxError, BoxFuture};
use lifecycle::health::{Group, Health, HealthChange, Level, Report};
use lifecycle::observe::{Event, Observer};
use lifecycle::testing::TestHandle;
use lifecycle::{AppHandle, Context};

use crate::kit::Trace;

/// What a check answers, which a test may change at any time.
#[derive(Clone)]
pub(crate) struct Dial(Arc<Mutex<Result<Health, &'static str>>>);

impl Dial {
    pub(crate) fn new(answer: Result<Health, &'static str>) -> Self {
        Self(Arc::new(Mutex::new(answer)))
    }

    pub(crate) fn ill() -> Self {
        Self::new(Err("no route"))
    }

    pub(crate) fn turn(&self, answer: Result<Health, &'static str>) {
        *self.0.lock().unwrap() = answer;
    }

    pub(crate) fn check(
        &self,
    ) -> impl Fn(Context) -> BoxFuture<Result<Health, BoxError>> + Send + Sync + 'static {
        let dial = self.clone();
        move |_| {
            let answer = dial.0.lock().unwrap().clone();
            Box::pin(async move { answer.map_err(Into::into) })
        }
    }
}

/// Keeps what observers are told.
#[derive(Clone, Default)]
pub(crate) struct Changes(pub(crate) Trace);

impl Observer for Changes {
    fn on_event(&self, _event: &Event<'_>) {}

    fn on_health(&self, change: &HealthChange<'_>) {
        let HealthChange {
            component,
            before,
            health,
            ..
        } = change;
        self.0.say(format!("{component}: {before} -> {health}"));
    }
}

pub(crate) fn report(app: &TestHandle) -> Report {
    app.app().health()
}

/// How well a component is, as everybody says it.
pub(crate) fn health(app: &TestHandle, name: &str) -> Health {
    let report = report(app);
    let health = report.component(name).unwrap().health.clone();
    let status = app.app().status();
    let status = status.component(name).unwrap();
    if report.component(name).unwrap().ready {
        assert_eq!(status.health.level(), health.level());
    }
    health
}

pub(crate) fn level(app: &TestHandle, name: &str) -> Level {
    health(app, name).level()
}

/// Who fails in a group, and why. The cheap question has the same answer.
pub(crate) fn failing(app: &AppHandle, name: &str) -> Vec<String> {
    let report = app.health();
    let group = report.group(name).unwrap();
    let Group {
        passing, failing, ..
    } = group;
    assert_eq!(*passing, failing.is_empty());
    assert_eq!(group.http_status(), if *passing { 200 } else { 503 });
    match name {
        "startup" => assert_eq!(app.has_started(), *passing),
        "readiness" => assert_eq!(app.is_ready(), *passing),
        "liveness" => assert_eq!(app.is_live(), *passing),
        _ => {}
    }
    let who = |it: &lifecycle::health::Failing| match &it.component {
        Some(component) => format!("{component}: {}", it.reason),
        None => it.reason.clone(),
    };
    failing.iter().map(who).collect()
}
