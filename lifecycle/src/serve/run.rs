//! The thread of the server: who comes, who goes, who stayed for too long.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::{AbortHandle, JoinSet, LocalSet};
use tokio::time::{Instant, MissedTickBehavior, interval, sleep, timeout};
use tokio_util::sync::CancellationToken;

use super::connection::{Activity, Noted};
use super::limits::Limits;
use super::route::Site;

/// How often those are looked for who stayed for too long.
const SWEEP: Duration = Duration::from_millis(250);
/// How long nobody is let in after the system could not.
const NO_ROOM: Duration = Duration::from_millis(50);
/// How long answers may take that are under way when the app has ended.
const LAST_WORDS: Duration = Duration::from_millis(500);

/// Serves until `end` says so, or nobody is left who could.
///
/// # Errors
///
/// Those of making a runtime.
pub(super) fn run(
    listener: std::net::TcpListener,
    site: impl FnOnce() -> Site,
    limits: Limits,
    end: oneshot::Receiver<()>,
) -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let serving = async {
        let listener = TcpListener::from_std(listener)?;
        let site = Rc::new(site());
        let mut guests = Guests::new(site, limits);
        guests.serve(listener, end).await;
        guests.see_off().await;
        Ok(())
    };
    let served = LocalSet::new().block_on(&runtime, serving);
    // What renders may block its thread for ever.
    runtime.shutdown_background();
    served
}

/// Those who are connected.
struct Guests {
    site: Rc<Site>,
    limits: Limits,
    closing: CancellationToken,
    tasks: JoinSet<()>,
    known: Vec<Guest>,
}

struct Guest {
    activity: Rc<Activity>,
    task: AbortHandle,
}

impl Guests {
    fn new(site: Rc<Site>, limits: Limits) -> Self {
        Self {
            site,
            limits,
            closing: CancellationToken::new(),
            tasks: JoinSet::new(),
            known: Vec::new(),
        }
    }

    async fn serve(&mut self, listener: TcpListener, mut end: oneshot::Receiver<()>) {
        let hub = Rc::clone(&self.site.hub);
        let mut telling = std::pin::pin!(hub.run());
        let mut sweep = interval(SWEEP);
        sweep.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                accepted = listener.accept() => match accepted {
                    Ok((stream, peer)) => self.welcome(stream, peer),
                    Err(error) if is_of_one_client(&error) => {}
                    Err(_) => {
                        // Most likely there are no file descriptors left, and the app needs them more.
                        self.ask_one_to_leave();
                        sleep(NO_ROOM).await;
                    }
                },
                Some(_) = self.tasks.join_next() => {}
                _ = sweep.tick(), if !self.tasks.is_empty() => self.sweep(),
                () = &mut telling => {}
                _ = &mut end => return,
            }
        }
    }

    fn welcome(&mut self, stream: TcpStream, peer: SocketAddr) {
        self.known.retain(|guest| !guest.task.is_finished());
        if self.known.len() >= self.limits.connections && !self.ask_one_to_leave() {
            // All are being answered.
            return;
        }
        let _ = stream.set_nodelay(true);
        let activity = Activity::new(self.limits);
        let site = Rc::clone(&self.site);
        let closing = self.closing.clone();
        let serving = converse(stream, peer, site, Rc::clone(&activity), closing);
        let task = self.tasks.spawn_local(serving);
        self.known.push(Guest { activity, task });
    }

    /// Closes the connection on which nothing has been asked for the longest time, if there is one.
    fn ask_one_to_leave(&mut self) -> bool {
        let idle = self.known.iter().enumerate().filter_map(|(at, guest)| {
            let since = guest.activity.idle_since()?;
            (!guest.task.is_finished()).then_some((since, at))
        });
        let Some((_, at)) = idle.min() else {
            return false;
        };
        self.known.swap_remove(at).task.abort();
        true
    }

    fn sweep(&mut self) {
        let now = Instant::now();
        self.known.retain(|guest| {
            let is_overdue = guest.activity.is_overdue(now);
            if is_overdue {
                guest.task.abort();
            }
            !is_overdue && !guest.task.is_finished()
        });
    }

    /// Answers what was asked, but not for long.
    async fn see_off(mut self) {
        self.site.hub.end();
        self.closing.cancel();
        let all = async { while self.tasks.join_next().await.is_some() {} };
        let _ = timeout(LAST_WORDS, all).await;
        self.tasks.shutdown().await;
    }
}

/// Answers what one client asks.
async fn converse(
    stream: TcpStream,
    peer: SocketAddr,
    site: Rc<Site>,
    activity: Rc<Activity>,
    closing: CancellationToken,
) {
    let head = activity.limits().head;
    let stream = Noted::new(stream, Rc::clone(&activity));
    let service = service_fn(move |request| {
        activity.asked();
        let (site, activity) = (Rc::clone(&site), Rc::clone(&activity));
        async move {
            let mut answer = site.answer(request, peer).await;
            answer.body_mut().for_client(&activity);
            Ok::<_, Infallible>(answer)
        }
    });
    let connection = http1::Builder::new()
        .header_read_timeout(None)
        .max_buf_size(head)
        .serve_connection(TokioIo::new(stream), service);
    let mut connection = std::pin::pin!(connection);
    tokio::select! {
        biased;
        // What clients do wrong is told to them, as far as they listen.
        _ = connection.as_mut() => return,
        () = closing.cancelled() => {}
    }
    connection.as_mut().graceful_shutdown();
    let _ = connection.await;
}

/// The client was gone before it was let in.
fn is_of_one_client(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionReset
            | io::ErrorKind::Interrupted
    )
}
