//! The terminal: a list of what is under way, while the app starts and stops.

mod rows;
mod screen;

use std::fmt;
use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::time::Duration;

use indicatif::MultiProgress;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::sync::oneshot;

use super::hold::{EVERY, Hold, Whole};
use super::{Event, Observer};
use crate::app::{Companion, say};
use crate::component::BoxFuture;
use crate::context::AppHandle;
use crate::engine::{Phase, What};
use screen::{Order, Screen};

/// Shows in the terminal what is under way while the app starts and stops: who is busy, for how long and with what, and who
/// waits for whom. With the feature `progress`.
///
/// The list has at most nine lines, is on standard error, and is gone when nothing is under way; a start of less than a
/// quarter of a second shows nothing. A start that takes long is followed by its [profile](super::StartProfile). There are no
/// colours and no characters beyond ASCII but those of names and notes.
///
/// What else writes to the terminal meanwhile goes through [`writer`](Self::writer), or it ends up in the middle of the list.
///
/// Where standard error is no terminal there is no list. The [log](super::Log) says what is slow then; if nobody keeps it, since
/// no subscriber of tracing is installed, plain lines on standard error say when the app starts, what holds it up every ten
/// seconds, and when it is up, stops and is down.
///
/// # Examples
///
/// ```
/// # use std::io;
/// use lifecycle::app::AppBuilder;
/// use lifecycle::observe::Progress;
/// use lifecycle::prelude::*;
///
/// # #[resource] #[derive(Default)] struct Database;
/// # fn install_a_subscriber<W: io::Write>(_writer: impl Fn() -> W + Send + Sync + 'static) {}
/// fn configure(app: AppBuilder) -> AppBuilder {
///     let progress = Progress::new();
///     // With tracing-subscriber: `fmt().with_writer(progress.writer()).init()`.
///     install_a_subscriber(progress.writer());
///     app.with(progress)
/// }
///
/// #[lifecycle::app(services = [Database], configure = configure)]
/// async fn main() {}
/// ```
pub struct Progress {
    bars: MultiProgress,
    profile_after: Duration,
    /// Each phase, and when it began: those that are over in no time included.
    phases: UnboundedSender<(Phase, Duration)>,
    /// Taken when the work begins.
    inbox: Mutex<Option<Phases>>,
}

type Phases = UnboundedReceiver<(Phase, Duration)>;

impl Progress {
    /// A list on standard error.
    #[must_use]
    pub fn new() -> Self {
        let (phases, inbox) = unbounded_channel();
        Self {
            // On standard error, like all that is told about an app.
            bars: MultiProgress::new(),
            profile_after: Duration::from_secs(1),
            phases,
            inbox: Mutex::new(Some(inbox)),
        }
    }

    /// Prints the profile of a start that took at least this long, if there is a terminal. Default: 1 s.
    #[must_use]
    pub fn profile_after(mut self, time: Duration) -> Self {
        self.profile_after = time;
        self
    }

    /// Makes writers to standard error that take the list away while they write, for the log.
    pub fn writer(&self) -> impl Fn() -> ProgressWriter + Clone + Send + Sync + use<> {
        let bars = self.bars.clone();
        move || ProgressWriter(bars.clone())
    }
}

impl Default for Progress {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Progress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Progress")
            .field("profile_after", &self.profile_after)
            .finish_non_exhaustive()
    }
}

/// Hears of phases.
struct Ears(UnboundedSender<(Phase, Duration)>);

impl Observer for Ears {
    fn on_event(&self, event: &Event<'_>) {
        if let What::Phase(phase) = event.what() {
            // Nobody listens any more after the end.
            let _ = self.0.send((phase, event.at()));
        }
    }
}

impl Companion for Progress {
    fn accompany(self: Arc<Self>, app: AppHandle) -> BoxFuture<()> {
        let mut inbox = self.inbox.lock().unwrap_or_else(PoisonError::into_inner);
        match inbox.take() {
            None => Box::pin(std::future::ready(())),
            Some(phases) if self.bars.is_hidden() => Box::pin(plainly(app, phases)),
            Some(phases) => {
                let (bars, least) = (self.bars.clone(), self.profile_after);
                Box::pin(draw(app, phases, bars, least))
            }
        }
    }

    fn observer(self: Arc<Self>) -> Option<Arc<dyn Observer>> {
        Some(Arc::new(Ears(self.phases.clone())))
    }
}

/// Has a thread of its own draw: a terminal may be stopped, and is to stop nothing else with it.
async fn draw(app: AppHandle, mut phases: Phases, bars: MultiProgress, profile_after: Duration) {
    let (orders, taken) = mpsc::channel();
    let (done, is_done) = oneshot::channel::<()>();
    let seen = app.clone();
    std::thread::spawn(move || {
        Screen::new(bars).follow(&taken, &seen);
        drop(done);
    });
    while let Some((phase, _)) = phases.recv().await {
        let order = match phase {
            Phase::New | Phase::Ended => Order::Rest,
            Phase::Running => {
                let profile = app.start_profile();
                let profile = profile.filter(|profile| profile.total >= profile_after);
                profile.map_or(Order::Rest, |profile| Order::Say(profile.to_string()))
            }
            _ => Order::Show,
        };
        // It ends only when there is nobody to order it.
        let _ = orders.send(order);
        if phase == Phase::Ended {
            break;
        }
    }
    drop(orders);
    // The list is gone before the report comes.
    let _ = is_done.await;
}

/// Lines for those who have neither a terminal nor a log.
async fn plainly(app: AppHandle, mut phases: Phases) {
    let name = app.name();
    let mut held = None;
    loop {
        let next = match held {
            None => phases.recv().await,
            Some(time) => match tokio::time::timeout(EVERY, phases.recv()).await {
                Ok(next) => next,
                Err(_) => {
                    let time = time + EVERY;
                    held = Some(time);
                    if let Some(line) = Hold::of(&app.status()).line(time) {
                        plain_line(&format!("{name} is {line}"));
                    }
                    continue;
                }
            },
        };
        let Some((phase, at)) = next else {
            return;
        };
        match phase {
            Phase::Loading => plain_line(&format!("{name} is starting")),
            Phase::Running => plain_line(&format!("{name} is up after {}", Whole(at))),
            Phase::Stopping => plain_line(&format!("{name} is stopping")),
            Phase::Ended => return plain_line(&format!("{name} is down")),
            Phase::New | Phase::Starting | Phase::Draining | Phase::Cleaning => {}
        }
        let quiet = matches!(phase, Phase::New | Phase::Running | Phase::Draining);
        held = (!quiet).then_some(Duration::ZERO);
    }
}

fn plain_line(text: &str) {
    if !tracing::dispatcher::has_been_set() {
        say(text);
    }
}

/// Writes to standard error, and takes the list of [`Progress`] away for as long as that takes. Each call writes at once.
#[derive(Clone)]
pub struct ProgressWriter(MultiProgress);

impl Write for ProgressWriter {
    fn write(&mut self, text: &[u8]) -> io::Result<usize> {
        self.0.suspend(|| io::stderr().lock().write(text))
    }

    fn write_all(&mut self, text: &[u8]) -> io::Result<()> {
        self.0.suspend(|| io::stderr().lock().write_all(text))
    }

    fn flush(&mut self) -> io::Result<()> {
        io::stderr().flush()
    }
}

impl fmt::Debug for ProgressWriter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProgressWriter").finish_non_exhaustive()
    }
}
