//! Changes at run time, and the wait for their effect.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context as Poller, Poll, ready};

use thiserror::Error;
use tokio::sync::oneshot;

use super::AppHandle;
use crate::component::Component;
use crate::driver::{Message, Shared};
use crate::engine::{Key, Refusal, Request};
use crate::observe::ComponentStatus;
use crate::plan::Scope;

/// Why a change came to nothing.
///
/// # Examples
///
/// ```
/// use lifecycle::context::ChangeError;
/// use lifecycle::plan::Scope;
/// use lifecycle::prelude::*;
///
/// #[resource]
/// #[derive(Default)]
/// struct Cache;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let running = App::builder(lifecycle::plan![Cache]).start();
/// let app = running.app();
/// app.disable::<Cache>().await.unwrap();
/// let refused = app.restart::<Cache>(Scope::Dependents).await;
/// assert_eq!(refused, Err(ChangeError::Disabled("Cache".into())));
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ChangeError {
    /// The app is stopping, or has ended.
    #[error("the app is stopping")]
    Stopping,
    /// The app has no such component.
    #[error("the app has no component `{0}`")]
    Unknown(String),
    /// `main` holds the component and is called only once, so the component has to stay as it is.
    #[error("`main` holds `{0}`, which has to stay as it is")]
    Main(String),
    /// This component is disabled, which is the one that was meant or something that it needs.
    #[error("`{0}` is disabled")]
    Disabled(String),
    /// The component is down because nobody needs it any more.
    #[error("nobody needs `{0}`, which is down for that")]
    Unneeded(String),
    /// This component failed, so that the change cannot be complete.
    #[error("`{0}` failed")]
    Failed(String),
    /// This component could not be ended, and what is alive of it is in the way.
    #[error("`{0}` could not be ended")]
    GivenUp(String),
    /// Somebody asked for the opposite before the change was complete.
    #[error("somebody asked for the opposite")]
    Superseded,
}

/// One component of the running app, to be changed or looked at. Cheap to clone.
///
/// # Examples
///
/// ```
/// use lifecycle::engine::State;
/// use lifecycle::prelude::*;
///
/// #[service]
/// #[derive(Default)]
/// struct Import;
///
/// #[service]
/// impl Import {
///     #[run]
///     async fn run(&self, shutdown: Shutdown) {
///         shutdown.await;
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let running = App::builder(lifecycle::plan![Import]).start();
/// let import = running.app().component("Import").unwrap();
/// import.disable().await.unwrap();
/// assert_eq!(import.status().state, State::Down);
/// import.enable().await.unwrap();
/// assert_eq!(import.status().state, State::Up);
/// # }
/// ```
#[derive(Clone)]
pub struct ComponentHandle {
    shared: Arc<Shared>,
    key: Key,
}

impl ComponentHandle {
    pub(crate) fn new(shared: Arc<Shared>, key: Key) -> Self {
        Self { shared, key }
    }

    /// The name of the component.
    #[must_use]
    pub fn name(&self) -> &str {
        self.shared.name_of(self.key)
    }

    /// What the component is doing, right now.
    #[must_use]
    pub fn status(&self) -> ComponentStatus {
        self.shared.component_status(self.key)
    }

    /// Takes the component down, after what cannot do without it, and with what nobody else needs.
    ///
    /// Complete when all of that is down. An app whose services are disabled goes on.
    pub fn disable(&self) -> Changing {
        self.ask(Request::Disable(self.key))
    }

    /// Brings the component up, after what it cannot do without, and with what was down only because it was.
    ///
    /// Complete when all of that is up. What failed is tried again.
    pub fn enable(&self) -> Changing {
        self.ask(Request::Enable(self.key))
    }

    /// Restarts the component at once, without counting that against its `max_restarts`.
    ///
    /// [`Scope::Itself`] ends its work and calls its run loop again on the same instance, so that nobody else notices; a
    /// component without a run loop is built anew all the same. [`Scope::Dependents`] builds it anew, with all that cannot
    /// do without it. What failed is tried again.
    ///
    /// Complete when it, and all that had to go for that, is up again.
    pub fn restart(&self, scope: Scope) -> Changing {
        self.ask(Request::Restart(self.key, scope))
    }

    /// Waits until the component is up, and changes nothing: complete at once if it is, refused if it cannot come up as
    /// things are.
    pub fn up(&self) -> Changing {
        self.ask(Request::Await(self.key))
    }

    fn ask(&self, request: Request) -> Changing {
        let (sender, answer) = oneshot::channel();
        self.shared.send(Message::Ask(request, sender));
        Changing::awaited(self.clone(), answer)
    }

    fn error(&self, refusal: Refusal) -> ChangeError {
        let name = |key: Key| self.shared.name_of(key).to_owned();
        match refusal {
            Refusal::Stopping => ChangeError::Stopping,
            Refusal::Unknown => ChangeError::Unknown(name(self.key)),
            Refusal::Main => ChangeError::Main(name(self.key)),
            Refusal::Disabled(key) => ChangeError::Disabled(name(key)),
            Refusal::Unneeded => ChangeError::Unneeded(name(self.key)),
            Refusal::Failed(key) => ChangeError::Failed(name(key)),
            Refusal::GivenUp(key) => ChangeError::GivenUp(name(key)),
            Refusal::Superseded => ChangeError::Superseded,
        }
    }
}

impl fmt::Debug for ComponentHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ComponentHandle")
            .field("name", &self.name())
            .finish_non_exhaustive()
    }
}

/// A change that was asked for; it resolves when the effect is complete, or says why it will not be.
///
/// The change happens whether or not somebody waits for it, or polls this at all.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use lifecycle::prelude::*;
///
/// #[resource]
/// #[derive(Default)]
/// struct Cache;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let running = App::builder(lifecycle::plan![Cache]).start();
/// let disabled = running.app().disable::<Cache>();
/// // Whoever waits for no longer than this has asked all the same.
/// match tokio::time::timeout(Duration::from_secs(5), disabled).await {
///     Ok(outcome) => outcome.unwrap(),
///     Err(_) => println!("it is still being disabled"),
/// }
/// # }
/// ```
///
/// # Errors
///
/// [`ChangeError`] says why the change came to nothing.
///
/// # Cancel safety
///
/// Cancel safe: dropping this stops the wait, not the change.
#[must_use = "the change happens anyway, but nobody hears how it ended"]
pub struct Changing {
    answer: Answer,
}

enum Answer {
    Refused(Option<ChangeError>),
    Awaited {
        handle: ComponentHandle,
        answer: oneshot::Receiver<Result<(), Refusal>>,
    },
}

impl Changing {
    pub(super) fn awaited(
        handle: ComponentHandle,
        answer: oneshot::Receiver<Result<(), Refusal>>,
    ) -> Self {
        let answer = Answer::Awaited { handle, answer };
        Self { answer }
    }

    /// What the app does not have cannot be changed.
    fn unknown(name: &str) -> Self {
        Self {
            answer: Answer::Refused(Some(ChangeError::Unknown(name.to_owned()))),
        }
    }
}

impl AppHandle {
    /// The component of this name, the first if there are several.
    #[must_use]
    pub fn component(&self, name: &str) -> Option<ComponentHandle> {
        let key = self.shared.find(name)?;
        Some(ComponentHandle::new(Arc::clone(&self.shared), key))
    }

    /// Takes the component down: see [`ComponentHandle::disable`].
    pub fn disable<C: Component>(&self) -> Changing {
        self.change::<C>(ComponentHandle::disable)
    }

    /// Brings the component up: see [`ComponentHandle::enable`].
    pub fn enable<C: Component>(&self) -> Changing {
        self.change::<C>(ComponentHandle::enable)
    }

    /// Restarts the component: see [`ComponentHandle::restart`].
    pub fn restart<C: Component>(&self, scope: Scope) -> Changing {
        self.change::<C>(|component| component.restart(scope))
    }

    fn change<C: Component>(&self, change: impl FnOnce(&ComponentHandle) -> Changing) -> Changing {
        match self.shared.key_of(C::DECLARATION.id) {
            Some(key) => change(&ComponentHandle::new(Arc::clone(&self.shared), key)),
            None => Changing::unknown(C::DECLARATION.name),
        }
    }
}

impl Future for Changing {
    type Output = Result<(), ChangeError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Poller<'_>) -> Poll<Self::Output> {
        match &mut self.answer {
            Answer::Refused(error) => Poll::Ready(error.take().map_or(Ok(()), Err)),
            Answer::Awaited { handle, answer } => {
                // Without an answer the app has ended.
                let answer = ready!(Pin::new(answer).poll(cx)).unwrap_or(Err(Refusal::Stopping));
                Poll::Ready(answer.map_err(|refusal| handle.error(refusal)))
            }
        }
    }
}

impl fmt::Debug for Changing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Changing").finish_non_exhaustive()
    }
}
