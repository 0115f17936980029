//! Answers to probes, made once for each state of the app.

use std::borrow::Cow;
use std::fmt::Write;
use std::time::Duration;

use hyper::StatusCode;
use hyper::body::Bytes;
use tokio::time::Instant;

use super::answer::{Answer, JSON, TEXT, answer, words};
use crate::context::AppHandle;
use crate::health::group::{LIVENESS, OF_EVERY_APP, READINESS, STARTUP};
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

/// How old an answer may be that says more than `ok`: for how long something has lasted, say.
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
    /// All groups hold, so that a brief answer is `ok`.
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

    /// Whether an answer in this form may be given from it.
    fn holds(&self, form: Form, app: &AppHandle) -> bool {
        // Only `ok` says nothing that changes by itself.
        let lasts = self.is_well && form == Form::Brief;
        self.version == app.shared().version() && (lasts || self.at.elapsed() < FRESH)
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
        let path = decoded(path);
        let subject = Subject::of(&path)?;
        let known = self.known.as_ref();
        if !known.is_some_and(|known| known.holds(form, app)) {
            self.given.clear();
            self.known = Some(Known::look(app));
        }
        let report = &self.known.as_ref().expect("somebody looked").report;
        let is_same = |given: &&Given| given.form == form && subject == given.subject();
        if let Some(given) = self.given.iter().find(is_same) {
            return Some(given.answer());
        }
        let Some((status, body)) = subject.render(form, report) else {
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
            status,
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
            "/readyz" => Some(Self::Group(READINESS)),
            "/livez" => Some(Self::Group(LIVENESS)),
            "/startupz" => Some(Self::Group(STARTUP)),
            "/healthz" => Some(Self::App),
            _ => {
                let own = path.strip_prefix("/readyz/");
                own.or_else(|| path.strip_prefix("/healthz/"))
                    .map(Self::Group)
            }
        }
    }

    /// How well it is, and what there is to say; nothing of a group that does not exist.
    fn render(self, form: Form, report: &Report) -> Option<(StatusCode, String)> {
        let (groups, text) = match self {
            Self::App => {
                let of_every_app = OF_EVERY_APP.iter().filter_map(|name| report.group(name));
                let groups: Vec<&Group> = of_every_app.collect();
                let text = match form {
                    Form::Json => json(report),
                    Form::Verbose => report.to_string(),
                    Form::Brief => brief(&groups),
                };
                (groups, text)
            }
            Self::Group(name) => {
                let group = report.group(name)?;
                let text = match form {
                    Form::Json => json(group),
                    Form::Verbose => group.to_string(),
                    Form::Brief => brief(&[group]),
                };
                (vec![group], text)
            }
        };
        // That of one that fails, if one does.
        let failing = groups.iter().find(|group| !group.passing);
        let status = failing.or(groups.first())?.http_status();
        Some((StatusCode::from_u16(status).ok()?, text))
    }
}

/// The path with the bytes that `%` and two digits stand for; as it is, if that is no text.
fn decoded(path: &str) -> Cow<'_, str> {
    if !path.contains('%') {
        return Cow::Borrowed(path);
    }
    let mut parts = path.split('%');
    let mut bytes = parts.next().unwrap_or_default().as_bytes().to_vec();
    for part in parts {
        let digits = part.get(..2).filter(|it| !it.starts_with('+'));
        match digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                bytes.extend_from_slice(&part.as_bytes()[2..]);
            }
            None => return Cow::Borrowed(path),
        }
    }
    String::from_utf8(bytes).map_or(Cow::Borrowed(path), Cow::Owned)
}

fn json(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).expect("plain values")
}

/// What is in the way.
fn brief(groups: &[&Group]) -> String {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_decoded_if_that_is_a_text() {
        for (path, expected) in [
            ("/readyz", "/readyz"),
            ("/%72eadyz/two%20words", "/readyz/two words"),
            ("/readyz/%c3%BCber%25", "/readyz/\u{fc}ber%"),
            ("/readyz/%", "/readyz/%"),
            ("/readyz/%2", "/readyz/%2"),
            ("/readyz/%zz%20", "/readyz/%zz%20"),
            ("/readyz/%+1", "/readyz/%+1"),
            ("/readyz/%ff", "/readyz/%ff"),
            ("/readyz/%\u{fc}", "/readyz/%\u{fc}"),
        ] {
            assert_eq!(decoded(path), expected);
        }
    }
}
