//! What one client is doing, and for how much longer it may.

use std::cell::{Cell, RefCell};
use std::io;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::Instant;

use super::limits::Limits;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Doing {
    /// Between two requests.
    Waiting,
    /// Some of a head is there.
    Asking,
    /// The answer is being made.
    Answered,
    /// It gets events.
    Listening,
    /// It gets events, and does not take them.
    Deaf,
}

/// What a client is doing, since when.
#[derive(Debug)]
pub(super) struct Activity {
    doing: Cell<(Doing, Instant)>,
    /// To be woken when the answer is made: the client will say nothing more.
    has_ended: RefCell<Option<Waker>>,
    limits: Limits,
}

impl Activity {
    pub(super) fn new(limits: Limits) -> Rc<Self> {
        Rc::new(Self {
            doing: Cell::new((Doing::Waiting, Instant::now())),
            has_ended: RefCell::default(),
            limits,
        })
    }

    pub(super) fn limits(&self) -> &Limits {
        &self.limits
    }

    fn is(&self, doing: Doing) {
        self.doing.set((doing, Instant::now()));
    }

    /// A request has come.
    pub(super) fn asked(&self) {
        // Its time began with its first byte, which saves each request a look at the clock.
        let (_, since) = self.doing.get();
        self.doing.set((Doing::Answered, since));
    }

    /// The answer goes on until one of both ends it.
    pub(super) fn listens(&self) {
        self.is(Doing::Listening);
    }

    /// The client may go on with another request once it has taken the answer.
    pub(super) fn answered(&self) {
        self.is(Doing::Waiting);
        if let Some(waker) = self.has_ended.take() {
            waker.wake();
        }
    }

    /// Whether it has taken longer than it may.
    pub(super) fn is_overdue(&self, now: Instant) -> bool {
        let (doing, since) = self.doing.get();
        let limit = match doing {
            Doing::Waiting => self.limits.idle_time,
            Doing::Asking => self.limits.head_time,
            Doing::Answered => self.limits.request_time,
            Doing::Deaf => self.limits.request_time,
            Doing::Listening => return false,
        };
        now.saturating_duration_since(since) > limit
    }

    /// Since when the server has waited for it, if it does.
    pub(super) fn idle_since(&self) -> Option<Instant> {
        let (doing, since) = self.doing.get();
        matches!(doing, Doing::Waiting | Doing::Asking).then_some(since)
    }
}

/// The connection of a client, which notes down what goes over it.
#[derive(Debug)]
pub(super) struct Noted {
    stream: TcpStream,
    activity: Rc<Activity>,
}

impl Noted {
    pub(super) fn new(stream: TcpStream, activity: Rc<Activity>) -> Self {
        Self { stream, activity }
    }

    fn note(&self, written: &Poll<io::Result<usize>>) {
        match (self.activity.doing.get().0, written) {
            (Doing::Listening, Poll::Pending) => self.activity.is(Doing::Deaf),
            (Doing::Deaf, Poll::Ready(_)) => self.activity.is(Doing::Listening),
            _ => {}
        }
    }
}

impl AsyncRead for Noted {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        let read = Pin::new(&mut self.stream).poll_read(cx, buf);
        let is_end = matches!(read, Poll::Ready(Ok(()))) && buf.filled().len() == before;
        match self.activity.doing.get().0 {
            // Only the first byte counts: who sends one a second does not gain time by it.
            Doing::Waiting if !is_end && read.is_ready() => self.activity.is(Doing::Asking),
            // Who has said all still waits for the answer; the end is there again once that is done.
            Doing::Answered if is_end => {
                let waker = cx.waker().clone();
                self.activity.has_ended.replace(Some(waker));
                return Poll::Pending;
            }
            _ => {}
        }
        read
    }
}

impl AsyncWrite for Noted {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(cx, buf);
        self.note(&written);
        written
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(cx, bufs);
        self.note(&written);
        written
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
