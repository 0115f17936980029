//! TEMPORARY until `AppHandle::health`.
use crate::context::AppHandle;
use crate::engine::{Phase, State};
use serde::Serialize;
use std::fmt;

#[derive(Debug, Serialize)]
pub(super) struct Group {
    pub name: String,
    pub passing: bool,
    pub failing: Vec<Failing>,
    pub members: Vec<String>,
}
#[derive(Debug, Serialize)]
pub(super) struct Failing {
    pub component: Option<String>,
    pub reason: String,
}
#[derive(Debug, Serialize)]
pub(super) struct Report {
    pub groups: Vec<Group>,
}
impl Report {
    pub(super) fn group(&self, name: &str) -> Option<&Group> {
        self.groups.iter().find(|group| group.name == name)
    }
}
impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for g in &self.groups {
            g.fmt(f)?;
        }
        Ok(())
    }
}
impl fmt::Display for Group {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for failing in self.failing.iter().filter(|it| it.component.is_none()) {
            writeln!(f, "[-]app failed: {}", failing.reason)?;
        }
        for name in &self.members {
            match self
                .failing
                .iter()
                .find(|it| it.component.as_ref() == Some(name))
            {
                Some(failing) => writeln!(f, "[-]{name} failed: {}", failing.reason)?,
                None => writeln!(f, "[+]{name} ok")?,
            }
        }
        let answer = if self.passing { "passes" } else { "fails" };
        writeln!(f, "{} {answer}", self.name)
    }
}
pub(super) fn version(_app: &AppHandle) -> u64 {
    fastrand::u64(..)
}
pub(super) fn report(app: &AppHandle) -> Report {
    let status = app.status();
    let groups = ["startup", "readiness", "liveness"].map(|name| {
        let mut failing = Vec::new();
        if name == "readiness" && status.phase != Phase::Running {
            failing.push(Failing {
                component: None,
                reason: status.phase.to_string(),
            });
        }
        for c in &status.components {
            let bad = match name {
                "startup" => c.state != State::Up && c.attempt == 0,
                "readiness" => {
                    c.state != State::Up || c.health.as_ref().is_some_and(|h| !h.healthy)
                }
                _ => false,
            };
            if bad {
                failing.push(Failing {
                    component: Some(c.name.clone()),
                    reason: c.state.as_str().to_owned(),
                });
            }
        }
        Group {
            name: name.into(),
            passing: failing.is_empty(),
            failing,
            members: status.components.iter().map(|c| c.name.clone()).collect(),
        }
    });
    Report {
        groups: groups.into(),
    }
}
