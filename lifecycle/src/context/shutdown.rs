//! The token that tells a component to stop, with the reason.

use std::fmt;
use std::future::{Future, IntoFuture};
use std::pin::{Pin, pin};
use std::sync::{Arc, OnceLock};
use std::task::{Context as Poller, Poll};

use tokio_util::sync::{CancellationToken, WaitForCancellationFutureOwned};

use crate::engine::Signal;

/// Why a component is told to stop.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize),
    serde(rename_all = "snake_case")
)]
#[non_exhaustive]
pub enum Reason {
    /// The process got a signal.
    Signal(Signal),
    /// Somebody asked for the app to stop, with these words.
    Requested(Arc<str>),
    /// `main` returned.
    MainReturned,
    /// All services finished, or one whose end ends the app did.
    Finished,
    /// This component, or another one, failed.
    Failed(Arc<str>),
    /// The component's start is no longer wanted, or took too long.
    Cancelled,
    /// Only the load hooks were to run.
    Checked,
    /// Its work begins anew: this token belongs to one call of the run loop.
    Restart,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Signal(signal) => write!(f, "{signal}"),
            Self::Requested(words) => write!(f, "requested: {words}"),
            Self::MainReturned => f.write_str("main returned"),
            Self::Finished => f.write_str("all work is finished"),
            Self::Failed(name) => write!(f, "`{name}` failed"),
            Self::Cancelled => f.write_str("the start was cancelled"),
            Self::Checked => f.write_str("the check is done"),
            Self::Restart => f.write_str("it is restarted"),
        }
    }
}

/// Tells a component to stop: it can be awaited, asked, cloned and wrapped around a future.
///
/// It fires once and stays fired. Each component has its own, which fires when the component's turn to stop has come:
/// after everything that depends on it is down.
///
/// # Examples
///
/// ```
/// # use lifecycle::Shutdown;
/// # async fn read() -> u32 { 1 }
/// # async fn run(shutdown: Shutdown) {
/// while let Some(_message) = shutdown.wrap(read()).await {
///     // the read came first
/// }
/// println!("stopping because of {}", shutdown.await);
/// # }
/// ```
#[derive(Clone)]
#[must_use = "a shutdown token does nothing unless it is awaited or asked"]
pub struct Shutdown {
    token: CancellationToken,
    reason: Why,
}

/// Why a token fired: for its own reason, or for that of the token that it is a child of.
#[derive(Clone, Default)]
struct Why {
    own: Arc<OnceLock<Reason>>,
    outer: Option<Arc<OnceLock<Reason>>>,
}

impl Why {
    fn get(&self) -> Option<Reason> {
        let outer = || self.outer.as_ref().and_then(|outer| outer.get());
        self.own.get().or_else(outer).cloned()
    }
}

impl Shutdown {
    pub(crate) fn new() -> Self {
        Self {
            token: CancellationToken::new(),
            reason: Why::default(),
        }
    }

    /// A token that fires with this one, and may fire before it.
    pub(crate) fn child(&self) -> Self {
        Self {
            token: self.token.child_token(),
            reason: Why {
                own: Arc::default(),
                outer: Some(Arc::clone(&self.reason.own)),
            },
        }
    }

    /// Fires, for the first reason given.
    pub(crate) fn fire(&self, reason: Reason) {
        // The reason is there before anybody is woken.
        self.reason.own.get_or_init(|| reason);
        self.token.cancel();
    }

    /// Whether it has fired.
    #[must_use]
    pub fn is_requested(&self) -> bool {
        self.token.is_cancelled()
    }

    /// Why it fired, once it has.
    #[must_use]
    pub fn reason(&self) -> Option<Reason> {
        self.reason.get()
    }

    /// Waits until it fires.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: nothing is lost when the future is dropped.
    pub async fn requested(&self) -> Reason {
        self.token.cancelled().await;
        self.reason.get().unwrap_or(Reason::Cancelled)
    }

    /// Runs a future until it ends or the shutdown fires; `None` if that came first, and then the future is dropped.
    ///
    /// # Cancel safety
    ///
    /// As cancel safe as the future, which is dropped with this one.
    pub async fn wrap<F: Future>(&self, future: F) -> Option<F::Output> {
        let mut future = pin!(future);
        tokio::select! {
            biased;
            () = self.token.cancelled() => None,
            output = &mut future => Some(output),
        }
    }

    /// A token that fires with this one, for libraries that take one.
    ///
    /// It is a child: cancelling it affects neither the component nor this token.
    #[must_use]
    pub fn cancellation_token(&self) -> CancellationToken {
        self.token.child_token()
    }
}

impl IntoFuture for Shutdown {
    type Output = Reason;
    type IntoFuture = Requested;

    fn into_future(self) -> Requested {
        Requested {
            fired: Box::pin(self.token.cancelled_owned()),
            reason: self.reason,
        }
    }
}

impl IntoFuture for &Shutdown {
    type Output = Reason;
    type IntoFuture = Requested;

    fn into_future(self) -> Requested {
        self.clone().into_future()
    }
}

/// Waits until a [`Shutdown`] fires.
///
/// # Cancel safety
///
/// Cancel safe: nothing is lost when the future is dropped.
#[must_use = "futures do nothing unless awaited"]
pub struct Requested {
    fired: Pin<Box<WaitForCancellationFutureOwned>>,
    reason: Why,
}

impl Future for Requested {
    type Output = Reason;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Poller<'_>) -> Poll<Reason> {
        self.fired
            .as_mut()
            .poll(cx)
            .map(|()| self.reason.get().unwrap_or(Reason::Cancelled))
    }
}

impl fmt::Debug for Requested {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Requested")
            .field("reason", &self.reason.get())
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Shutdown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shutdown")
            .field("reason", &self.reason())
            .finish_non_exhaustive()
    }
}
