//! What is asked for, and who answers it.

use std::cell::RefCell;
use std::future::poll_fn;
use std::net::SocketAddr;
use std::pin::pin;
use std::rc::Rc;
use std::task::Poll;

use hyper::body::Incoming;
use hyper::header::{ACCEPT, CONTENT_TYPE, HeaderValue, LOCATION};
use hyper::{Method, Request, StatusCode};

use super::answer::{Answer, Body, JSON, answer, guarded, only, words};
use super::control::Control;
use super::document::View;
use super::guard::names_this_machine;
use super::hub::Hub;
use super::page::page;
use super::probe::{Form, Probes};
use super::workshop::{Graph, Metrics};

const PATHS: &str = "\
/livez, /readyz, /startupz, /healthz   probes; with /<group> one of the app's own groups; ?verbose lists every check
/metrics                               for Prometheus
/lifecycle                             the page
/lifecycle.json                        all of it
/lifecycle/events                      the same as server-sent events
/lifecycle/graph.svg                   the plan as a picture";

/// Everything that can be asked for.
#[derive(Debug)]
pub(super) struct Site {
    pub(super) view: View,
    pub(super) hub: Rc<Hub>,
    pub(super) probes: RefCell<Probes>,
    pub(super) metrics: Metrics,
    pub(super) graph: Graph,
    pub(super) control: Option<Rc<Control>>,
    /// It listens on the loopback interface.
    pub(super) is_local: bool,
}

impl Site {
    /// Answers a request. A panic is a bug, and an answer too.
    pub(super) async fn answer(&self, request: Request<Incoming>, peer: SocketAddr) -> Answer {
        match self.at_once(&request) {
            Some(answer) => answer,
            None => caught(self.later(request, peer)).await,
        }
    }

    /// What takes no time.
    fn at_once(&self, request: &Request<Incoming>) -> Option<Answer> {
        let made = guarded(|| {
            let path = request.uri().path();
            let is_read = matches!(*request.method(), Method::GET | Method::HEAD);
            match path {
                "/lifecycle/control" if self.control.is_some() => {
                    let is_post = *request.method() == Method::POST;
                    if self.is_misled(request) {
                        return Some(misled());
                    }
                    return (!is_post).then(|| only("POST"));
                }
                _ if !is_read => return Some(only("GET, HEAD")),
                _ => {}
            }
            if let Some(probe) = self.probe(path, request) {
                return Some(probe);
            }
            if self.is_misled(request) {
                return Some(misled());
            }
            match path {
                "/" => Some(to_the_page()),
                "/lifecycle" => Some(page()),
                "/lifecycle.json" => Some(answer(StatusCode::OK, JSON, self.view.whole())),
                "/lifecycle/events" => Some(self.events(request)),
                "/metrics" | "/lifecycle/graph.svg" => None,
                _ => {
                    let text = format!("there is nothing at this path; there is\n{PATHS}");
                    Some(words(StatusCode::NOT_FOUND, text))
                }
            }
        });
        made.unwrap_or_else(|| Some(panicked()))
    }

    /// What has to be made, or waits for the app.
    async fn later(&self, request: Request<Incoming>, peer: SocketAddr) -> Answer {
        match (request.uri().path(), &self.control) {
            ("/metrics", _) => self.metrics.answer().await,
            ("/lifecycle/control", Some(control)) => {
                control.answer(request, peer, &self.view).await
            }
            _ => self.graph.answer(&self.view.feed).await,
        }
    }

    fn probe(&self, path: &str, request: &Request<Incoming>) -> Option<Answer> {
        let accepts = request.headers().get(ACCEPT).map(HeaderValue::as_bytes);
        let form = if accepts.is_some_and(wants_json) {
            Form::Json
        } else if request.uri().query().is_some_and(is_verbose) {
            Form::Verbose
        } else {
            Form::Brief
        };
        self.probes.borrow_mut().answer(path, form, &self.view.app)
    }

    fn events(&self, request: &Request<Incoming>) -> Answer {
        let kind = HeaderValue::from_static("text/event-stream; charset=utf-8");
        if *request.method() == Method::HEAD {
            return answer(StatusCode::OK, kind, "");
        }
        let Some(listener) = self.hub.listen() else {
            let text = "as many listen as may: try again later, or read /lifecycle.json";
            return words(StatusCode::SERVICE_UNAVAILABLE, text);
        };
        let mut answer = answer(StatusCode::OK, kind, "");
        *answer.body_mut() = Body::events(listener);
        answer
    }

    /// Whether somebody else's site sent a browser here.
    fn is_misled(&self, request: &Request<Incoming>) -> bool {
        self.is_local && !names_this_machine(request)
    }
}

/// The same answer, or that there was a panic.
async fn caught(answer: impl Future<Output = Answer>) -> Answer {
    let mut answer = pin!(answer);
    let polled = poll_fn(|cx| {
        let polled = guarded(|| answer.as_mut().poll(cx));
        polled.unwrap_or_else(|| Poll::Ready(panicked()))
    });
    polled.await
}

fn panicked() -> Answer {
    let text = "the status server panicked over this; the log has more";
    words(StatusCode::INTERNAL_SERVER_ERROR, text)
}

fn misled() -> Answer {
    let text = "this server is asked by address or as `localhost`, and by no other name";
    words(StatusCode::MISDIRECTED_REQUEST, text)
}

fn to_the_page() -> Answer {
    let mut answer = words(StatusCode::FOUND, "/lifecycle");
    let headers = answer.headers_mut();
    headers.insert(LOCATION, HeaderValue::from_static("/lifecycle"));
    headers.insert(CONTENT_TYPE, super::answer::TEXT);
    answer
}

fn wants_json(accept: &[u8]) -> bool {
    let mut kinds = accept.split(|byte| *byte == b',');
    kinds.any(|kind| {
        let kind = kind.split(|byte| *byte == b';').next().unwrap_or_default();
        kind.trim_ascii().eq_ignore_ascii_case(b"application/json")
    })
}

fn is_verbose(query: &str) -> bool {
    let mut parts = query.split('&');
    parts.any(|part| part == "verbose" || part.starts_with("verbose="))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_panic_on_the_way_to_an_answer_is_an_answer() {
        let answer = caught(async { words(StatusCode::OK, "all is well") }).await;
        assert_eq!(answer.status(), StatusCode::OK);
        let answer = caught(async {
            tokio::task::yield_now().await;
            panic!("a bug")
        });
        assert_eq!(answer.await.status(), StatusCode::INTERNAL_SERVER_ERROR);
    }
}
