//! Tells the service manager how the app is: `Type=notify` units of systemd, and what speaks the same protocol.
//!
//! Outside of such a unit there is no `NOTIFY_SOCKET`, and then [`Systemd`] does nothing at all.
//!
//! | the manager hears | when |
//! |---|---|
//! | `READY=1` | everything that can be up is |
//! | `STATUS=` | what the app is doing, in a line for people; at most four times a second |
//! | `STOPPING=1` | the app begins to stop, also when its start has failed |
//! | `EXTEND_TIMEOUT_USEC=` | while starting and stopping, at each sign of progress: a component that changes, a [note], a deadline that is [extended](crate::Context::extend) |
//! | `WATCHDOG=1` | twice in each `WatchdogSec=`, only as long as the app is live |
//!
//! `MAINPID=` is never said: the process that the manager started is the one.
//!
//! # Time
//!
//! The app has limits of its own: [`start_budget`](crate::app::AppBuilder::start_budget) and
//! [`shutdown_timeout`](crate::app::AppBuilder::shutdown_timeout). With each sign of progress the manager is asked to wait for
//! as long as these do, and 5 s more, at most one hour. So `TimeoutStartSec=` and `TimeoutStopSec=` end only an app that stands
//! still for longer than it may by both, and the app's own end, which tells what hung, comes first.
//!
//! # Liveness
//!
//! An app is live while the group `liveness` of its [health](crate::AppHandle::health) passes: its runtime gets on, and no
//! component misses its heartbeat. Nothing outside of the process counts, so a database that is away restarts nobody.
//!
//! [note]: crate::Context::note
//!
//! # Examples
//!
//! ```ini
//! [Service]
//! Type=notify
//! ExecStart=/usr/bin/shop
//! WatchdogSec=30
//! Restart=on-failure
//! ```
//!
//! ```no_run
//! use lifecycle::prelude::*;
//! use lifecycle::app::AppBuilder;
//! use lifecycle::systemd::Systemd;
//!
//! # #[resource] #[derive(Default)] struct Cache;
//! fn configure(app: AppBuilder) -> AppBuilder {
//!     app.with(Systemd::from_env())
//! }
//!
//! #[lifecycle::app(services = [Cache], configure = configure)]
//! async fn main(cx: Context) {
//!     cx.shutdown_requested().await;
//! }
//! ```

mod socket;
mod story;

use std::ffi::{OsStr, OsString};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::{Instant, MissedTickBehavior, interval, sleep_until};

use self::socket::Socket;
use self::story::Story;
use crate::app::Companion;
use crate::component::BoxFuture;
use crate::context::AppHandle;
use crate::engine::{Phase, What};
use crate::error::Error;
use crate::health::HealthChange;
use crate::observe::{Event, Observer};

/// The shortest time between two messages, of those that may wait.
const PAUSE: Duration = Duration::from_millis(250);

/// How long to wait after a message that did not get through.
const RETRY: Duration = Duration::from_secs(1);

/// A companion that tells the service manager how the app is; see the [module](self).
///
/// It never waits for the manager. What the socket has no room for, or nobody takes, is said again a second later as far as it
/// still matters.
#[derive(Debug)]
pub struct Systemd {
    /// None outside of a unit.
    socket: Option<Socket>,
    watchdog: Option<Duration>,
    /// What cannot be used. The log may begin after this is made, and before the app does.
    complaints: Vec<String>,
    story: Mutex<Story>,
    /// There is something to tell.
    news: Notify,
    /// There is something to tell that does not wait.
    urgent: Notify,
}

impl Systemd {
    /// As the environment says: `NOTIFY_SOCKET`, and `WATCHDOG_USEC` unless `WATCHDOG_PID` is another process.
    ///
    /// It changes nothing in the environment, so what the app starts inherits it. What is there and cannot be used is logged
    /// when the app begins.
    #[must_use]
    pub fn from_env() -> Self {
        Self::from_variables(|name| std::env::var_os(name))
    }

    fn from_variables(variable: impl Fn(&str) -> Option<OsString>) -> Self {
        let Some(path) = variable("NOTIFY_SOCKET") else {
            return Self::with(None);
        };
        let mut systemd = Self::at(path);
        let mut number = |name| {
            let text = variable(name)?;
            let number = text.to_str().and_then(|text| text.parse::<u64>().ok());
            if number.is_none() {
                let complaint = format!("{name} is no number and is ignored: {text:?}");
                systemd.complaints.push(complaint);
            }
            number
        };
        let is_ours = number("WATCHDOG_PID").is_none_or(|pid| pid == u64::from(std::process::id()));
        match number("WATCHDOG_USEC").filter(|_| is_ours) {
            Some(micros) => systemd.watchdog(Duration::from_micros(micros)),
            None => systemd,
        }
    }

    /// With a socket by its address: a path, or `@` and a name for one of Linux's abstract sockets.
    ///
    /// An address that cannot be one is logged when the app begins, and nothing is told.
    #[must_use]
    pub fn at(address: impl AsRef<OsStr>) -> Self {
        let address = address.as_ref();
        match Socket::new(address) {
            Ok(socket) => Self::with(Some(socket)),
            Err(error) => {
                let mut systemd = Self::with(None);
                systemd.complaints.push(format!(
                    "the service manager cannot be told anything: its socket {address:?}: {error}"
                ));
                systemd
            }
        }
    }

    /// Says every half of this time that the app is live; zero is never. Default: never.
    #[must_use]
    pub fn watchdog(mut self, limit: Duration) -> Self {
        self.watchdog = Some(limit).filter(|limit| !limit.is_zero());
        self
    }

    fn with(socket: Option<Socket>) -> Self {
        Self {
            socket,
            watchdog: None,
            complaints: Vec::new(),
            story: Mutex::default(),
            news: Notify::new(),
            urgent: Notify::new(),
        }
    }

    fn story(&self) -> MutexGuard<'_, Story> {
        self.story.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tells what is new; whether all of it got through.
    fn tell(&self, socket: &Socket, app: &AppHandle) -> bool {
        loop {
            let left = app
                .deadline()
                .map(|end| end.saturating_sub(app.shared().now()));
            let Some(message) = self.story().message(left) else {
                return true;
            };
            // Nobody who has news waits for the socket.
            if !socket.send(&message.to_string()) {
                self.story().lost(&message);
                return false;
            }
            self.story().told(message);
        }
    }

    async fn go_along(&self, socket: &Socket, app: &AppHandle) {
        let half = self.watchdog.map(|limit| limit / 2);
        let mut beats = half.map(|half| {
            let mut beats = interval(half.max(Duration::from_millis(1)));
            beats.set_missed_tick_behavior(MissedTickBehavior::Delay);
            beats
        });
        let mut quiet_until = Instant::now();
        let mut has_news = true;
        loop {
            let beat = async {
                match &mut beats {
                    Some(beats) => drop(beats.tick().await),
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                biased;
                () = app.ended() => break,
                () = self.urgent.notified() => {}
                () = sleep_until(quiet_until), if has_news => {}
                () = self.news.notified(), if !has_news => {
                    has_news = true;
                    continue;
                }
                () = beat => {
                    if app.is_live() {
                        socket.send("WATCHDOG=1\n");
                    }
                    continue;
                }
            }
            has_news = !self.tell(socket, app);
            quiet_until = Instant::now() + if has_news { RETRY } else { PAUSE };
        }
        self.tell(socket, app);
    }
}

/// Hears for it, where there is a unit.
struct Ears(Arc<Systemd>);

impl Observer for Ears {
    fn on_event(&self, event: &Event<'_>) {
        self.0.story().event(event);
        match event.what() {
            What::Phase(Phase::Running) | What::Shutdown(_) => self.0.urgent.notify_one(),
            _ => self.0.news.notify_one(),
        }
    }

    fn on_note(&self, component: &str, note: &str) {
        self.0.story().note(component, note);
        self.0.news.notify_one();
    }

    fn on_error(&self, error: &Error) {
        // Its `Display` is the user's, and may ask for anything.
        let text = error.chain().join(": ");
        self.0.story().error(error.component(), text);
        self.0.news.notify_one();
    }

    fn on_health(&self, change: &HealthChange<'_>) {
        self.0.story().health(change.component, change.health);
        self.0.news.notify_one();
    }
}

impl Companion for Systemd {
    fn observer(self: Arc<Self>) -> Option<Arc<dyn Observer>> {
        self.socket.is_some().then(|| Arc::new(Ears(self)) as _)
    }

    fn accompany(self: Arc<Self>, app: AppHandle) -> BoxFuture<()> {
        for complaint in &self.complaints {
            tracing::warn!(target: "lifecycle", "{complaint}");
        }
        Box::pin(async move {
            if let Some(socket) = &self.socket {
                self.go_along(socket, &app).await;
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(variables: &[(&str, &str)]) -> Systemd {
        let find = |name: &str| variables.iter().find(|(known, _)| *known == name);
        Systemd::from_variables(|name| find(name).map(|(_, value)| value.into()))
    }

    #[test]
    fn outside_of_a_unit_there_is_nothing_to_complain_about() {
        let systemd = with(&[("WATCHDOG_USEC", "soon")]);
        assert!(systemd.socket.is_none() && systemd.complaints.is_empty());
    }

    #[cfg(unix)]
    #[test]
    fn the_watchdog_of_another_process_is_none() {
        let own = std::process::id();
        for (pid, limit) in [(own, Some(Duration::from_secs(30))), (own + 1, None)] {
            let systemd = with(&[
                ("NOTIFY_SOCKET", "/run/notify"),
                ("WATCHDOG_PID", &pid.to_string()),
                ("WATCHDOG_USEC", "30000000"),
            ]);
            assert_eq!((systemd.watchdog, systemd.complaints.len()), (limit, 0));
        }
    }

    #[cfg(unix)]
    #[test]
    fn what_cannot_be_used_is_kept_for_the_log() {
        let systemd = with(&[
            ("NOTIFY_SOCKET", "notify"),
            ("WATCHDOG_PID", "me"),
            ("WATCHDOG_USEC", "soon"),
        ]);
        assert!(systemd.socket.is_none() && systemd.watchdog.is_none());
        assert_eq!(
            systemd.complaints,
            [
                "the service manager cannot be told anything: its socket \"notify\": neither a whole path nor `@` and a name",
                "WATCHDOG_PID is no number and is ignored: \"me\"",
                "WATCHDOG_USEC is no number and is ignored: \"soon\"",
            ]
        );
    }
}
