//! The event stream: who listens gets everything first, and then what changes.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::fmt;
use std::rc::{Rc, Weak};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use hyper::body::Bytes;
use tokio::sync::Notify;
use tokio::time::{Instant, sleep};

use super::answer::guarded;
use super::document::{Sent, View};

/// How often something is sent at least, so that both sides notice when the other is gone.
const HEARTBEAT: Duration = Duration::from_secs(15);
/// How long changes are collected.
const COLLECT: Duration = Duration::from_millis(200);
/// How often numbers are looked at that no event tells of.
const NUMBERS: Duration = Duration::from_secs(2);
/// How many messages may wait for a client; one that is further behind gets everything anew.
const WAITING: usize = 16;
/// What browsers wait before they connect again, in milliseconds.
const RETRY: u32 = 2000;

/// All who listen. Changes are rendered once for all of them.
pub(super) struct Hub {
    view: View,
    listeners: RefCell<Vec<Weak<RefCell<Queue>>>>,
    limit: usize,
    sent: RefCell<Sent>,
    arrived: Notify,
}

/// What waits for one client.
#[derive(Debug, Default)]
struct Queue {
    messages: VecDeque<Bytes>,
    needs_all: bool,
    has_ended: bool,
    waker: Option<Waker>,
}

/// The stream of one client.
pub(super) struct Listener {
    hub: Rc<Hub>,
    queue: Rc<RefCell<Queue>>,
}

impl Hub {
    pub(super) fn new(view: View, limit: usize) -> Rc<Self> {
        Rc::new(Self {
            view,
            listeners: RefCell::default(),
            limit,
            sent: RefCell::default(),
            arrived: Notify::new(),
        })
    }

    fn count(&self) -> usize {
        let mut listeners = self.listeners.borrow_mut();
        listeners.retain(|listener| listener.strong_count() > 0);
        listeners.len()
    }

    /// One more, if there is room.
    pub(super) fn listen(self: &Rc<Self>) -> Option<Listener> {
        let count = self.count();
        if count >= self.limit {
            return None;
        }
        if count == 0 {
            // What happened while nobody listened is no news.
            let mut now = Sent::default();
            self.view.news(&mut now);
            *self.sent.borrow_mut() = now;
        }
        let queue = Rc::new(RefCell::new(Queue {
            needs_all: true,
            ..Queue::default()
        }));
        self.listeners.borrow_mut().push(Rc::downgrade(&queue));
        self.arrived.notify_one();
        Some(Listener {
            hub: Rc::clone(self),
            queue,
        })
    }

    /// Tells changes while somebody listens.
    pub(super) async fn run(&self) {
        let mut spoke = Instant::now();
        loop {
            if self.count() == 0 {
                self.arrived.notified().await;
                continue;
            }
            let seen = self.sent.borrow().seq;
            tokio::select! {
                () = self.view.feed.changed_since(seen) => {}
                () = sleep(NUMBERS) => {}
            }
            if self.tell_news() {
                spoke = Instant::now();
            } else if spoke.elapsed() >= HEARTBEAT {
                self.send(&Bytes::from_static(b":\n\n"));
                spoke = Instant::now();
            }
            sleep(COLLECT).await;
        }
    }

    fn tell_news(&self) -> bool {
        let news = guarded(|| self.view.news(&mut self.sent.borrow_mut()));
        let news = news.flatten();
        if let Some(news) = &news {
            self.send(&message("change", news));
        }
        news.is_some()
    }

    /// The app has ended: says so, with the last changes.
    pub(super) fn end(&self) {
        if self.count() == 0 {
            return;
        }
        self.tell_news();
        self.send(&message("end", b"{}"));
        self.each(|queue| queue.has_ended = true);
    }

    fn send(&self, message: &Bytes) {
        self.each(|queue| {
            if queue.messages.len() < WAITING {
                queue.messages.push_back(message.clone());
            } else {
                queue.messages.clear();
                queue.needs_all = true;
            }
        });
    }

    fn each(&self, change: impl Fn(&mut Queue)) {
        for listener in self.listeners.borrow().iter().filter_map(Weak::upgrade) {
            let mut queue = listener.borrow_mut();
            change(&mut queue);
            if let Some(waker) = queue.waker.take() {
                waker.wake();
            }
        }
    }
}

impl Listener {
    /// The next message, once there is one; none after the last.
    pub(super) fn poll_next(&self, cx: &mut Context<'_>) -> Poll<Option<Bytes>> {
        let mut queue = self.queue.borrow_mut();
        if std::mem::take(&mut queue.needs_all) {
            // Newer than what waits.
            queue
                .messages
                .retain(|message| message.starts_with(b"event: end"));
            // A panic is a bug, and ends the stream: the client connects again.
            let whole = guarded(|| snapshot(&self.hub.view.whole()));
            return Poll::Ready(whole);
        }
        match queue.messages.pop_front() {
            Some(message) => Poll::Ready(Some(message)),
            None if queue.has_ended => Poll::Ready(None),
            None => {
                queue.waker = Some(cx.waker().clone());
                Poll::Pending
            }
        }
    }
}

fn snapshot(document: &[u8]) -> Bytes {
    let mut text = format!("retry: {RETRY}\n").into_bytes();
    text.extend_from_slice(&message("snapshot", document));
    text.into()
}

/// JSON without line ends is one line of data.
fn message(event: &str, json: &[u8]) -> Bytes {
    let mut text = format!("event: {event}\ndata: ").into_bytes();
    text.extend_from_slice(json);
    text.extend_from_slice(b"\n\n");
    text.into()
}

impl fmt::Debug for Hub {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hub")
            .field("limit", &self.limit)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Listener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Listener")
            .field("queue", &self.queue)
            .finish_non_exhaustive()
    }
}
