//! Answers to probes, made once for each state of the app.

use std::fmt::Write;
use std::time::Duration;

use hyper::StatusCode;
use hyper::body::Bytes;
use tokio::time::Instant;

use super::answer::{Answer, JSON, TEXT, answer, words};
use crate::context::AppHandle;
use crate::health::{Group, Report};

/// How much somebody wants to know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// `ok`, or what is in the way.
    Brief,
    /// Every check.
    Verbose,
    Json,
}

/// What is asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Subject<'a> {
    /// Everything.
    App,
    Group(&'a str),
}

/// How old an answer may be that says for how long something has lasted.
const FRESH: Duration = Duration::from_secs(1);

/// The answers that were given in the present state of the app.
#[derive(Debug, Default)]
pub(super) struct Probes {
    known: Option<Known>,
    given: Vec<Given>,
}

/// How well the app was in a state.
#[derive(Debug)]
struct Known {
    version: u64,
    at: Instant,
    /// Nothing is told of it but that it is well.
    is_well: bool,
    report: Report,
}

impl Known {
    fn look(app: &AppHandle) -> Self {
        // The number first: what changes while the report is made has another one.
        let version = app.shared().version();
        let report = app.health();
        Self {
            version,
            at: Instant::now(),
            is_well: report.groups.iter().all(|group| group.passing),
            report,
        }
    }

    fn holds(&self, app: &AppHandle) -> bool {
        self.version == app.shared().version() && (self.is_well || self.at.elapsed() < FRESH)
    }
}

#[derive(Debug)]
struct Given {
    /// None for the app.
    group: Option<Box<str>>,
    form: Form,
    status: StatusCode,
    body: Bytes,
}

impl Probes {
    /// The answer to a probe, if the path is that of one.
    pub(super) fn answer(&mut self, path: &str, form: Form, app: &AppHandle) -> Option<Answer> {
        let subject = Subject::of(path)?;
        // All of it says how old the app is.
        let is_all = subject == Subject::App && form == Form::Json;
        if is_all || !self.known.as_ref().is_some_and(|known| known.holds(app)) {
            self.given.clear();
            self.known = Some(Known::look(app));
        }
        let report = &self.known.as_ref().expect("somebody looked").report;
        let is_same = |given: &&Given| given.form == form && subject == given.subject();
        if let Some(given) = self.given.iter().find(is_same) {
            return Some(given.answer());
        }
        let Some((passing, body)) = subject.render(form, report) else {
            let names: Vec<&str> = report.groups.iter().map(|group| &*group.name).collect();
            let text = format!("there is no such group; there are: {}", names.join(", "));
            return Some(words(StatusCode::NOT_FOUND, text));
        };
        let given = Given {
            group: match subject {
                Subject::App => None,
                Subject::Group(name) => Some(name.into()),
            },
            form,
            status: if passing {
                StatusCode::OK
            } else {
                StatusCode::SERVICE_UNAVAILABLE
            },
            body: body.into(),
        };
        let answer = given.answer();
        self.given.push(given);
        Some(answer)
    }
}

impl Given {
    fn subject(&self) -> Subject<'_> {
        self.group.as_deref().map_or(Subject::App, Subject::Group)
    }

    fn answer(&self) -> Answer {
        let kind = if self.form == Form::Json { JSON } else { TEXT };
        answer(self.status, kind, self.body.clone())
    }
}

impl<'a> Subject<'a> {
    fn of(path: &'a str) -> Option<Self> {
        match path {
            "/readyz" => Some(Self::Group("readiness")),
            "/livez" => Some(Self::Group("liveness")),
            "/startupz" => Some(Self::Group("startup")),
            "/healthz" => Some(Self::App),
            _ => {
                let own = path.strip_prefix("/readyz/");
                own.or_else(|| path.strip_prefix("/healthz/"))
                    .map(Self::Group)
            }
        }
    }

    /// Whether it is well, and what there is to say; nothing of a group that does not exist.
    fn render(self, form: Form, report: &Report) -> Option<(bool, String)> {
        Some(match self {
            Self::App => {
                let groups = &report.groups[..report.groups.len().min(3)];
                let passing = groups.iter().all(|group| group.passing);
                let text = match form {
                    Form::Json => json(report),
                    Form::Verbose => report.to_string(),
                    Form::Brief => brief(groups),
                };
                (passing, text)
            }
            Self::Group(name) => {
                let group = report.group(name)?;
                let text = match form {
                    Form::Json => json(group),
                    Form::Verbose => group.to_string(),
                    Form::Brief => brief(std::slice::from_ref(group)),
                };
                (group.passing, text)
            }
        })
    }
}

fn json(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).expect("plain values")
}

/// What is in the way.
fn brief(groups: &[Group]) -> String {
    let mut text = String::new();
    for group in groups.iter().filter(|group| !group.passing) {
        let _ = writeln!(text, "{} fails", group.name);
        for failing in &group.failing {
            let _ = writeln!(text, "{failing}");
        }
    }
    if text.is_empty() {
        text.push_str("ok\n");
    }
    text
}
