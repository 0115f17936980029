//! Answers to probes, made once for each state of the app.

use std::fmt::Write;

use hyper::StatusCode;
use hyper::body::Bytes;

use super::answer::{Answer, JSON, TEXT, answer, words};
use super::stand_in::{Group, Report, report, version};
use crate::context::AppHandle;

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

/// The answers that were given in the present state of the app.
#[derive(Debug, Default)]
pub(super) struct Probes {
    version: u64,
    report: Option<Report>,
    given: Vec<Given>,
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
        // Looked at first: what changes while the report is made has another number.
        let version = version(app);
        if self.version != version || self.report.is_none() {
            self.version = version;
            self.given.clear();
            self.report = Some(report(app));
        }
        let report = self.report.as_ref().expect("it was made");
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
                let passing = report.groups[..3].iter().all(|group| group.passing);
                let text = match form {
                    Form::Json => json(report),
                    Form::Verbose => report.to_string(),
                    Form::Brief => brief(&report.groups[..3]),
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
            let component = failing.component.as_deref().unwrap_or("app");
            let _ = writeln!(text, "[-]{component} failed: {}", failing.reason);
        }
    }
    if text.is_empty() {
        text.push_str("ok\n");
    }
    text
}

/// The groups of the app, as they are now.
pub(super) fn groups(app: &AppHandle) -> Vec<Group> {
    report(app).groups
}
