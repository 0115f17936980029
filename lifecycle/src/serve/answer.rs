//! Answers and their bodies.

use std::convert::Infallible;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use hyper::body::{Body as HttpBody, Bytes, Frame, SizeHint};
use hyper::header::{ALLOW, CACHE_CONTROL, CONTENT_TYPE, HeaderValue, X_CONTENT_TYPE_OPTIONS};
use hyper::{Response, StatusCode};

use super::connection::Activity;
use super::hub::Listener;
use crate::driver::{Panic, catch_panic};

pub(super) type Answer = Response<Body>;

pub(super) const TEXT: HeaderValue = HeaderValue::from_static("text/plain; charset=utf-8");
pub(super) const JSON: HeaderValue = HeaderValue::from_static("application/json");
pub(super) const SVG: HeaderValue = HeaderValue::from_static("image/svg+xml");
pub(super) const METRICS: HeaderValue =
    HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");

/// All of it, or events for as long as somebody takes them.
#[derive(Debug)]
enum Content {
    Whole(Bytes),
    Events(Listener),
}

/// What a client gets; it notes down when it has it.
#[derive(Debug)]
pub(super) struct Body {
    content: Content,
    activity: Option<Rc<Activity>>,
}

impl Body {
    pub(super) fn new(bytes: Bytes) -> Self {
        Self {
            content: Content::Whole(bytes),
            activity: None,
        }
    }

    pub(super) fn events(listener: Listener) -> Self {
        Self {
            content: Content::Events(listener),
            activity: None,
        }
    }

    /// Has the activity of the client go on with this body.
    pub(super) fn for_client(&mut self, activity: &Rc<Activity>) {
        if let Content::Events(_) = self.content {
            activity.listens();
        }
        self.activity = Some(Rc::clone(activity));
    }
}

impl Drop for Body {
    fn drop(&mut self) {
        if let Some(activity) = &self.activity {
            activity.answered();
        }
    }
}

impl HttpBody for Body {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let next = match &mut self.content {
            Content::Whole(bytes) if bytes.is_empty() => Poll::Ready(None),
            Content::Whole(bytes) => Poll::Ready(Some(std::mem::take(bytes))),
            Content::Events(listener) => listener.poll_next(cx),
        };
        next.map(|bytes| bytes.map(|bytes| Ok(Frame::data(bytes))))
    }

    fn is_end_stream(&self) -> bool {
        matches!(&self.content, Content::Whole(bytes) if bytes.is_empty())
    }

    fn size_hint(&self) -> SizeHint {
        match &self.content {
            Content::Whole(bytes) => SizeHint::with_exact(bytes.len() as u64),
            Content::Events(_) => SizeHint::default(),
        }
    }
}

/// An answer that nobody is to keep.
pub(super) fn answer(status: StatusCode, kind: HeaderValue, body: impl Into<Bytes>) -> Answer {
    let mut answer = Response::new(Body::new(body.into()));
    *answer.status_mut() = status;
    let headers = answer.headers_mut();
    headers.insert(CONTENT_TYPE, kind);
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    answer
}

/// An answer in words, to which a line end is added.
pub(super) fn words(status: StatusCode, text: impl Into<String>) -> Answer {
    let mut text = text.into();
    text.push('\n');
    answer(status, TEXT, text)
}

/// The method is none of those.
pub(super) fn only(methods: &'static str) -> Answer {
    let mut answer = words(
        StatusCode::METHOD_NOT_ALLOWED,
        format!("this can be asked with {methods} only"),
    );
    let methods = HeaderValue::from_static(methods);
    answer.headers_mut().insert(ALLOW, methods);
    answer
}

/// Runs what may panic, by a bug or because it is the user's; nothing, if it does, and then the log says so.
pub(super) fn guarded<T>(f: impl FnOnce() -> T) -> Option<T> {
    let told = |panic: Panic| {
        let place = panic.location.as_deref().unwrap_or("a place unknown");
        let message = &panic.message;
        tracing::error!(target: "lifecycle", "status server: panicked at {place}: {message}");
    };
    catch_panic(f).map_err(told).ok()
}
